/**
 * Corruptions of rows: of texts, tables and images, or a user's own, each a function of seed, row,
 * epoch and copy.
 */
package dev.strata.executor.corruption;
