/** Counts of the words that stand near each other in texts. */
package dev.strata.executor.wordvectors;
