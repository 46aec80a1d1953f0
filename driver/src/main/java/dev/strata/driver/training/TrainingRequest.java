package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * One phase of training to run or resume.
 *
 * @param job the command, such as {@code train}: names Spark jobs and lines of the history
 * @param phase such as {@code supervised} or {@code layer-1}: part of every seed, and a folder's
 *     name where the run has several phases (lower case letters, digits, hyphens)
 * @param place what the phase is to its run
 * @param runId kept over resumes
 * @param folder the run's output folder, locked
 * @param lease checked before each commit
 * @param learner the learner to train
 * @param start initial parameters; absent: random ones
 * @param rows training rows
 * @param manifest of the training rows
 * @param validator evaluates the parameters on held-out rows; absent without such rows
 * @param resume whether the folder may hold checkpoints of this run
 * @param allowWorkersChange whether a resumed run may have another number of workers
 */
public record TrainingRequest(
    String job,
    String phase,
    PhasePlace place,
    String runId,
    RunFolder folder,
    OutputLease lease,
    LearnerSpec learner,
    Optional<Start> start,
    ShardSet rows,
    ShardManifest manifest,
    Optional<Validator> validator,
    TrainingSettings training,
    AveragingSettings averaging,
    CheckpointSettings checkpoint,
    long seed,
    boolean resume,
    boolean allowWorkersChange,
    ProgressView progress) {

  /** Name shown to users: the command and, if it has several phases, the phase. */
  String title() {
    return place.oneOfSeveral() ? job + " · " + phase : job;
  }

  /** Where the phase's checkpoints lie. */
  Path checkpoints() {
    Path all = folder.checkpoints();
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
