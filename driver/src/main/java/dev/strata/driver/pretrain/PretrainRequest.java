package dev.strata.driver.pretrain;

import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.RunRequest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Optional;

/**
 * A pretraining of a stack to run or resume.
 *
 * @param rows training rows; labels in them are not read
 * @param columns widths of the source columns in a row, in order
 * @param heldBack rows that losses are measured on; absent without such rows
 */
public record PretrainRequest(
    RunContext run,
    EngineSettings engine,
    PretrainSettings settings,
    ShardSet rows,
    List<Integer> columns,
    Optional<ShardSet> heldBack)
    implements RunRequest {
  public PretrainRequest {
    columns = List.copyOf(columns);
  }
}
