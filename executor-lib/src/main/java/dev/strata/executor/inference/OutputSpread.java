package dev.strata.executor.inference;

/**
 * How far several outputs of the same row differ, by row. Of distributions over classes: entropy of
 * the mean, {@code H[p̄] = −Σ p̄ log p̄}, in nats, and the mutual information of class and
 * parameters, {@code H[p̄] − mean of H[p]} (Houlsby et al. 2011, "Bayesian active learning",
 * equation 2). Of others: standard deviation around the mean, mean over the outputs.
 *
 * @param entropy null of other outputs than distributions
 * @param information null likewise; not negative
 * @param deviation null of distributions
 */
record OutputSpread(double[] entropy, double[] information, double[] deviation) {}
