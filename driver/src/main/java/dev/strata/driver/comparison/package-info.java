/** Which method predicts a label best from the rows that a user has. */
package dev.strata.driver.comparison;
