package dev.strata.driver.tuning;

import dev.strata.executor.network.NetworkConfiguration;

/**
 * What a point's values make of the configuration.
 *
 * @param network as its trials train it
 * @param batch rows of a minibatch
 * @param seed of the rows' order and dropout
 * @param rows number of its rows in {@link TuneRequest#rows()}
 */
public record Candidate(NetworkConfiguration network, int batch, long seed, int rows) {}
