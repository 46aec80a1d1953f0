package dev.strata.driver.tuning;

import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows that points are trained and measured on.
 *
 * @param training labelled
 * @param heldBack rows that trials are scored on; absent with folds
 */
public record TuneRows(ShardSet training, Optional<ShardSet> heldBack) {
  /** Checksums of all that scores depend on. */
  List<String> origins() {
    List<String> origins = new ArrayList<>(List.of(training.manifestSha256()));
    heldBack.ifPresent(rows -> origins.add(rows.manifestSha256()));
    return origins;
  }
}
