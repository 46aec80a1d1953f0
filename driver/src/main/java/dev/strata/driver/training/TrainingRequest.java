package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * One phase of training to run, or to go on with.
 *
 * @param job the command, such as {@code train}: names Spark jobs and lines of the history
 * @param phase such as {@code supervised} or {@code layer-1}: part of every seed, and a folder's
 *     name where the run has several phases (lower case letters, digits, hyphens)
 * @param place what the phase is to its run
 * @param runId kept over resumes
 * @param folder the run's output, claimed
 * @param lease asked before each commit
 * @param learner what is trained
 * @param start parameters to start from instead of fresh ones
 * @param rows training rows
 * @param manifest of the training rows
 * @param validator measures the parameters on rows held back; absent without such rows
 * @param resume whether the folder may hold checkpoints of this run
 * @param allowWorkersChange whether a resumed run may have another number of workers
 */
public record TrainingRequest(
    String job,
    String phase,
    PhasePlace place,
    String runId,
    RunFolder folder,
    OutputLock lease,
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

  /** What people see: the command, and which of its phases where it has several. */
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
   * @param optimizerState S elements, or empty to start with a fresh one
   * @param iteration 0 with a fresh optimiser state
   */
  public record Start(StateVector parameters, StateVector optimizerState, long iteration) {}
}
