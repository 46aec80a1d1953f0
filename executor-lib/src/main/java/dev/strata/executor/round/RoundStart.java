package dev.strata.executor.round;

import java.io.Serializable;

/**
 * The averaged state that all workers start a round from.
 *
 * @param round counted over the whole phase
 * @param epoch which pass over the rows
 * @param roundInEpoch which round of it
 * @param iteration minibatches before this round, counted over the longest worker of each round
 * @param parameters P elements
 * @param optimizerState S elements, or empty where each worker keeps its own
 */
public record RoundStart(
    long round,
    int epoch,
    int roundInEpoch,
    long iteration,
    StateVector parameters,
    StateVector optimizerState)
    implements Serializable {}
