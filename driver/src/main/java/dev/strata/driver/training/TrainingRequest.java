package dev.strata.driver.training;

import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * One phase of training to run or resume.
 *
 * @param phase such as {@code supervised} or {@code layer-1}: part of every seed, and a folder's
 *     name where the run has several phases (lower case letters, digits, hyphens)
 * @param place what the phase is to its run
 * @param learner the learner to train
 * @param start initial parameters; absent: random ones
 * @param rows training rows
 * @param validator evaluates the parameters on held-out rows; absent without such rows
 * @param epochs sees the parameters after each epoch, and may report something; absent: nothing
 *     does
 * @param snapshots models to keep during the phase; absent: none
 */
@RecordBuilder
public record TrainingRequest(
    RunContext run,
    EngineSettings engine,
    String phase,
    PhasePlace place,
    LearnerSpec learner,
    Optional<Start> start,
    ShardSet rows,
    Optional<Validator> validator,
    Optional<EpochObserver> epochs,
    Optional<Snapshots> snapshots)
    implements RunRequest {
  /** Without an observer of epochs and without snapshots. */
  public TrainingRequest(
      RunContext run,
      EngineSettings engine,
      String phase,
      PhasePlace place,
      LearnerSpec learner,
      Optional<Start> start,
      ShardSet rows,
      Optional<Validator> validator) {
    this(
        run,
        engine,
        phase,
        place,
        learner,
        start,
        rows,
        validator,
        Optional.empty(),
        Optional.empty());
  }

  /** Name shown to users: the command and, if it has several phases, the phase. */
  String title() {
    return place.oneOfSeveral() ? job() + " · " + phase : job();
  }

  /** Where the phase's checkpoints lie. */
  Path checkpoints() {
    Path all = folder().checkpoints();
    return place.oneOfSeveral() ? new Path(all, phase) : all;
  }

  /**
   * Another model's state to start from.
   *
   * @param parameters P elements
   * @param optimizerState S elements, or empty for an initial state of zeros
   * @param iteration 0 with an initial optimizer state
   */
  public record Start(StateVector parameters, StateVector optimizerState, long iteration) {}
}
