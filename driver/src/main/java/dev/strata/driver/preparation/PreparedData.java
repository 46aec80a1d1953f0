package dev.strata.driver.preparation;

import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows ready for training.
 *
 * @param folder that holds {@code prepared.json}, {@code preprocessing.json} and a folder for each
 *     part
 * @param shards part ({@code train}, {@code validation}, {@code test}) → its shards; parts without
 *     rows are absent
 * @param manifests part → its manifest
 * @param counts how the rows of all sources were spent: {@code source} is the sum of all others
 * @param reused whether nothing had changed since an earlier preparation
 */
public record PreparedData(
    String folder,
    Preprocessing preprocessing,
    Map<String, ShardSet> shards,
    Map<String, ShardManifest> manifests,
    Map<String, Long> counts,
    boolean reused) {
  public PreparedData {
    shards = new TreeMap<>(shards);
    manifests = new TreeMap<>(manifests);
    counts = new TreeMap<>(counts);
  }
}
