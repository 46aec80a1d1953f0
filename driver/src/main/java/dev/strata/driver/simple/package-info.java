/** Simple models: those of Spark ML, fitted to the labelled rows of a ShardSet. */
package dev.strata.driver.simple;
