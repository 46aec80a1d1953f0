package dev.strata.executor.network;

/**
 * How the reused layers of a network take part in training.
 *
 * @param frozen how many of the lowest keep their parameters
 * @param inputDropout share of the network's inputs that is dropped in training, in [0, 1); 0 with
 *     frozen layers
 * @param hiddenDropout share of the reused layers' outputs that is dropped in training where they
 *     enter a layer that is trained, in [0, 1)
 */
public record ReuseSettings(int frozen, double inputDropout, double hiddenDropout) {}
