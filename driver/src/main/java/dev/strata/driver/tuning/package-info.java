/** Tuning: trials of one network with other values of chosen keys, and which of them are best. */
package dev.strata.driver.tuning;
