/**
 * Checkpoints of training on any Hadoop file system: data files first, the manifest last, damaged
 * ones skipped.
 */
package dev.strata.driver.checkpoint;
