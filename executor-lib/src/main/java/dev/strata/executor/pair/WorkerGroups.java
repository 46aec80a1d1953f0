package dev.strata.executor.pair;

import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import org.apache.hadoop.conf.Configuration;

/**
 * Groups of a worker's rows, for pairs.
 *
 * @param groups their numbers, ascending
 * @param alone rows without another of their group among the worker's
 */
public record WorkerGroups(int[] groups, long alone) {
  /**
   * @throws dev.strata.executor.failure.StrataException (data) where no pair of one group, or none
   *     of two, can be made of its rows
   */
  public static WorkerGroups of(Configuration hadoop, ShardSet set, int worker, int workers) {
    return GroupRows.of(hadoop, set, ManifestFile.read(hadoop, set), worker, workers).summary();
  }

  /** The same, whether there are pairs or not. */
  public static WorkerGroups read(Configuration hadoop, ShardSet set, int worker, int workers) {
    return GroupRows.read(hadoop, set, ManifestFile.read(hadoop, set), worker, workers).summary();
  }
}
