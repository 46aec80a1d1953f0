/**
 * Metrics of a network on labelled rows, computed in one task per group of blocks and added up
 * exactly.
 */
package dev.strata.driver.evaluate;
