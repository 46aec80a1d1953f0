package dev.strata.driver.tuning;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.step.StepSettings;
import java.util.List;

/**
 * What a point's values make of the configuration.
 *
 * @param network as its trials train it
 * @param batch rows of a minibatch
 * @param seed of the rows' order and dropout
 * @param unitVariance names of the layers with the initialization lsuv
 * @param step what its steps do beside its stock configuration
 * @param rows number of its rows in {@link TuneRequest#rows()}
 */
public record Candidate(
    NetworkConfiguration network,
    int batch,
    long seed,
    List<String> unitVariance,
    StepSettings step,
    int rows) {}
