/**
 * Short jobs on Spark: one call for each of a few numbers, without what Spark spends on closures.
 */
package dev.strata.driver.tasks;
