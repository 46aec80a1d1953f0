/**
 * Short jobs on Spark: one call for each of a few numbers, without what Spark spends on closures
 * and on Hadoop's configuration.
 */
package dev.strata.driver.tasks;
