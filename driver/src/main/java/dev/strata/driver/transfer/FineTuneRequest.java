package dev.strata.driver.transfer;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.Optional;

/**
 * A fine-tuning to run or resume.
 *
 * @param job the command, which names Spark jobs and lines of the history
 * @param runId kept over resumes
 * @param folder the run's output folder, locked
 * @param lease checked before each commit
 * @param rows training rows, as the whole network takes them
 * @param heldBack rows for validation
 * @param measure measures a network on rows that it takes
 * @param resume whether the folder may hold work of this run
 * @param allowWorkersChange whether a resumed run may have another number of workers
 */
public record FineTuneRequest(
    String job,
    String runId,
    RunFolder folder,
    OutputLease lease,
    FineTunePlan plan,
    FineTuneSettings settings,
    ShardSet rows,
    Optional<ShardSet> heldBack,
    Measure measure,
    TrainingSettings training,
    AveragingSettings averaging,
    CheckpointSettings checkpoint,
    long seed,
    boolean resume,
    boolean allowWorkersChange,
    ProgressView progress) {
  /** Metrics of a network with given parameters on held-out rows. */
  @FunctionalInterface
  public interface Measure {
    Map<String, Double> of(NetworkConfiguration network, StateVector parameters, ShardSet rows);
  }
}
