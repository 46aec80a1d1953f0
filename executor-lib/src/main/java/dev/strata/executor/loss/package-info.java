/** Losses that DL4J does not have. */
package dev.strata.executor.loss;
