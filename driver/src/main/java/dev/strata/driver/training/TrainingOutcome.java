package dev.strata.driver.training;

import dev.strata.executor.round.StateVector;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A phase that has been trained.
 *
 * @param parameters that become the model: those of the best validation, or of the last round
 * @param optimizerState of the last round where these are the last parameters and the state is
 *     averaged, else empty: what a continued run may take along
 * @param modelRound the round whose parameters these are
 * @param iteration minibatches of the whole phase
 * @param epochs finished
 * @param rounds finished
 * @param examples seen, counted with repetition
 * @param trainSeconds spent in rounds, over all attempts
 * @param resumedFromRound where this attempt started, if not afresh
 * @param stoppedEarly whether early stopping ended it
 * @param validation metrics of the model's own validation; empty without validation
 */
@RecordBuilder
public record TrainingOutcome(
    StateVector parameters,
    StateVector optimizerState,
    long modelRound,
    long iteration,
    int epochs,
    long rounds,
    long examples,
    double trainSeconds,
    OptionalLong resumedFromRound,
    boolean stoppedEarly,
    Map<String, Double> validation) {}
