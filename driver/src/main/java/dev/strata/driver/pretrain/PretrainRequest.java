package dev.strata.driver.pretrain;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.shard.ShardSet;
import java.util.Optional;

/**
 * A pretraining of a stack to run or resume.
 *
 * @param job the command: names Spark jobs and lines of the history
 * @param runId kept over resumes
 * @param folder the run's output, claimed
 * @param lease asked before each commit
 * @param rows training rows; labels in them are not read
 * @param heldBack rows that losses are measured on; absent without such rows
 * @param seed of the run
 * @param resume whether the folder may hold work of this run
 * @param allowWorkersChange whether a resumed run may have another number of workers
 */
public record PretrainRequest(
    String job,
    String runId,
    RunFolder folder,
    OutputLease lease,
    PretrainSettings settings,
    ShardSet rows,
    Optional<ShardSet> heldBack,
    TrainingSettings training,
    AveragingSettings averaging,
    CheckpointSettings checkpoint,
    long seed,
    boolean resume,
    boolean allowWorkersChange,
    ProgressView progress) {}
