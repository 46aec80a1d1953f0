package dev.strata.driver.finetune;

import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingOutcomeBuilder;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.round.StateVector;
import java.util.Map;
import java.util.OptionalLong;

/** What the phases done so far come to. */
final class FineTuneTotals {
  private StateVector parameters;
  private StateVector optimizerState = StateVector.zeros(0);
  private Map<String, Double> validation = Map.of();
  private int phases;
  private long modelRound;
  private long iterations;
  private int epochs;
  private long rounds;
  private long examples;
  private double trainSeconds;
  private boolean resumed;
  private long resumedRounds;
  private boolean stoppedEarly;

  FineTuneTotals(StateVector start) {
    this.parameters = start;
  }

  /** Of the whole network. */
  StateVector parameters() {
    return parameters;
  }

  /**
   * Position at which the schedules of the next phase continue: after the finished epochs, early
   * stops included.
   */
  ScheduleOffset offset() {
    return new ScheduleOffset(Math.toIntExact(iterations), epochs);
  }

  /** A phase that an earlier attempt has done. */
  void add(FinishedPhase finished) {
    FinishedPhase.Counters done = finished.counters();
    resumed = true;
    resumedRounds += done.rounds();
    modelRound = rounds + done.rounds();
    count(done.epochs(), done.rounds(), done.iterations(), done.examples(), done.trainSeconds());
    stoppedEarly = done.stoppedEarly();
    parameters = finished.parameters();
  }

  /**
   * A phase that this attempt has done.
   *
   * @param whole the whole network's parameters after it
   * @param everything whether no layer was frozen
   */
  void add(TrainingOutcome outcome, StateVector whole, boolean everything) {
    outcome
        .resumedFromRound()
        .ifPresent(
            round -> {
              resumed = true;
              resumedRounds += round;
            });
    modelRound = rounds + outcome.modelRound();
    count(
        outcome.epochs(),
        outcome.rounds(),
        outcome.iteration(),
        outcome.examples(),
        outcome.trainSeconds());
    stoppedEarly = outcome.stoppedEarly();
    validation = outcome.validation();
    optimizerState = everything && phases == 1 ? outcome.optimizerState() : StateVector.zeros(0);
    parameters = whole;
  }

  private void count(int epochsDone, long roundsDone, long iterationsDone, long rows, double s) {
    phases++;
    epochs += epochsDone;
    rounds += roundsDone;
    iterations += iterationsDone;
    examples += rows;
    trainSeconds += s;
  }

  TrainingOutcome outcome() {
    return TrainingOutcomeBuilder.builder()
        .parameters(parameters)
        .optimizerState(optimizerState)
        .modelRound(modelRound)
        .iteration(iterations)
        .epochs(epochs)
        .rounds(rounds)
        .examples(examples)
        .trainSeconds(trainSeconds)
        .resumedFromRound(resumed ? OptionalLong.of(resumedRounds) : OptionalLong.empty())
        .stoppedEarly(stoppedEarly)
        .validation(validation)
        .build();
  }
}
