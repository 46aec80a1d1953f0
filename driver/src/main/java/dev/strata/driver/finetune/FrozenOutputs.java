package dev.strata.driver.finetune;

import dev.strata.driver.activations.ActivationWriter;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The output of frozen layers for every row, computed once: what the layers above are trained on
 * instead of the rows themselves.
 */
public final class FrozenOutputs {
  /** The part with the unlabelled rows. */
  static final String UNLABELLED = "unlabelled";

  /** Rows computed at once: fixed, as bits may depend on it. */
  private static final int BATCH = 1024;

  private final JavaSparkContext spark;
  private final NetworkCut cut;
  private final StateVector parameters;
  private final Path folder;
  private final List<ShardSet> written = new ArrayList<>();

  /**
   * @param cut above the frozen layers
   * @param parameters of the frozen layers
   * @param folder below which each part has its own
   */
  public FrozenOutputs(
      JavaSparkContext spark, NetworkCut cut, StateVector parameters, Path folder) {
    this.spark = spark;
    this.cut = cut;
    this.parameters = parameters;
    this.folder = folder;
  }

  /**
   * Rows as the trained layers see them. What an earlier attempt has written is used again.
   *
   * @param parts such as {@code train} → its shards
   */
  public Map<String, ShardSet> of(Map<String, ShardSet> parts) {
    Map<String, ShardSet> outputs = new TreeMap<>();
    parts.forEach(
        (part, rows) -> {
          String target = new Path(folder, part).toString();
          outputs.put(
              part,
              new ActivationWriter(spark).write(cut.lower(), parameters, rows, target, BATCH));
        });
    written.addAll(outputs.values());
    return outputs;
  }

  /** Removes what an earlier attempt may have left, manifests first. */
  static void removeLeft(JavaSparkContext spark, Path folder) {
    for (String part : List.of("train", "validation", UNLABELLED)) {
      new ActivationWriter(spark).discard(new ShardSet(new Path(folder, part).toString(), ""));
    }
  }

  /** Deletes a folder with outputs that are no longer needed. */
  static void removeAll(JavaSparkContext spark, Path folder) {
    new ActivationWriter(spark).discard(new ShardSet(folder.toString(), ""));
  }

  /** Removes what was written. */
  public void discard() {
    written.forEach(new ActivationWriter(spark)::discard);
    written.clear();
  }
}
