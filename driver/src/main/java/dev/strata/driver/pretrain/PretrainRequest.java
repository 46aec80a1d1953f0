package dev.strata.driver.pretrain;

import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.RunRequest;
import dev.strata.executor.shard.ShardSet;
import java.util.Optional;

/**
 * A pretraining of a stack to run or resume.
 *
 * @param rows training rows; labels in them are not read
 * @param heldBack rows that losses are measured on; absent without such rows
 */
public record PretrainRequest(
    RunContext run,
    EngineSettings engine,
    PretrainSettings settings,
    ShardSet rows,
    Optional<ShardSet> heldBack)
    implements RunRequest {}
