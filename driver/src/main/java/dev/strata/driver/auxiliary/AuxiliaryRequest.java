package dev.strata.driver.auxiliary;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.Optional;

/**
 * An auxiliary training to run or resume.
 *
 * @param job the command: names Spark jobs and lines of the history
 * @param runId kept over resumes
 * @param folder the run's output, claimed
 * @param lease asked before each commit
 * @param start parameters to start from instead of fresh ones
 * @param rows by the name of their part: {@code train}; {@code validation} and {@code test} where
 *     there are such rows
 * @param seed of the run
 * @param resume whether the folder may hold work of this run
 * @param allowWorkersChange whether a resumed run may have another number of workers
 */
public record AuxiliaryRequest(
    String job,
    String runId,
    RunFolder folder,
    OutputLease lease,
    AuxiliaryTask task,
    Optional<TrainingRequest.Start> start,
    Map<String, ShardSet> rows,
    TrainingSettings training,
    AveragingSettings averaging,
    CheckpointSettings checkpoint,
    long seed,
    boolean resume,
    boolean allowWorkersChange,
    ProgressView progress) {}
