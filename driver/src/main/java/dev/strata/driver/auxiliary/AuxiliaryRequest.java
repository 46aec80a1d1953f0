package dev.strata.driver.auxiliary;

import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.RunRequest;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.Optional;

/**
 * An auxiliary training to run or resume.
 *
 * @param start parameters to start from instead of fresh ones
 * @param rows by the name of their part: {@code train}; {@code validation} and {@code test} where
 *     there are such rows
 */
public record AuxiliaryRequest(
    RunContext run,
    EngineSettings engine,
    AuxiliaryTask task,
    Optional<TrainingRequest.Start> start,
    Map<String, ShardSet> rows)
    implements RunRequest {}
