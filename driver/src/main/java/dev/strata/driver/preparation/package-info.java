/**
 * Preparation: checks, splits and orders the rows of the sources, and writes them as a ShardSet
 * with its preprocessing.
 */
package dev.strata.driver.preparation;
