/** Outputs of saved networks in executors, from pooled copies of the model. */
package dev.strata.executor.inference;
