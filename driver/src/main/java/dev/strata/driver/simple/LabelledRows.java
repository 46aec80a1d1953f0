package dev.strata.driver.simple;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/**
 * Labelled rows in the driver's memory, encoded as networks take them, in the order of the
 * ShardSet.
 *
 * @param features {@code [rows][width]}
 * @param labels a class as its index, or a value
 * @param weights of the rows
 * @param classes their number; 0 where labels are values
 */
public record LabelledRows(float[][] features, double[] labels, double[] weights, int classes) {
  /** Numbers that all rows together may have: as doubles, about 1.6 GB. */
  private static final long MOST_NUMBERS = 200_000_000;

  /** As ND4J's cross-entropy holds probabilities. */
  private static final double LEAST_PROBABILITY = 1e-10;

  /** Rows of the same weight. */
  public static LabelledRows unweighted(float[][] features, double[] labels, int classes) {
    double[] weights = new double[labels.length];
    Arrays.fill(weights, 1);
    return new LabelledRows(features, labels, weights, classes);
  }

  /**
   * @param key of the configuration that names the rows, for errors
   * @param fewer how to use fewer of them
   * @throws StrataException (data) where there are too many rows, a label is several values, or a
   *     block is damaged
   */
  public static LabelledRows read(Configuration hadoop, ShardSet set, String key, String fewer) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    if (label.rowLength() > 1) {
      throw StrataException.data("a simple model predicts one value of each row")
          .key("data.label")
          .file(set.folder())
          .found(label.rowLength() + " values")
          .expected("a column of single values")
          .build();
    }
    int width = manifest.inputWidth(0);
    if (manifest.rows() * width > MOST_NUMBERS) {
      throw StrataException.data("there are too many labelled rows for simple models")
          .key(key)
          .file(set.folder())
          .found(manifest.rows() + " rows of " + width + " numbers")
          .expected("at most %d rows; %s".formatted(MOST_NUMBERS / width, fewer))
          .build();
    }
    int rows = Math.toIntExact(manifest.rows());
    LabelledRows all = unweighted(new float[rows][width], new double[rows], label.classes());
    int input = position(manifest, manifest.array(ArrayRole.INPUT, 0).orElseThrow());
    int labels = position(manifest, label);
    Optional<Integer> weights =
        manifest.array(ArrayRole.WEIGHT, 0).map(array -> position(manifest, array));
    int at = 0;
    for (int i = 0; i < manifest.blocks().size(); i++) {
      Block block = BlockStore.shared().open(hadoop, set, manifest, i);
      for (int row = 0; row < block.rows(); row++) {
        block.read(input, row, all.features[at], 0);
        block.read(labels, row, all.labels, at);
        if (weights.isPresent()) {
          block.read(weights.get(), row, all.weights, at);
        }
        at++;
      }
    }
    return all;
  }

  private static int position(ShardManifest manifest, ArraySpec array) {
    return manifest.arrays().indexOf(array);
  }

  /** Number of rows. */
  public int count() {
    return labels.length;
  }

  /** Some of the rows, by their numbers, without weights. */
  public LabelledRows unweighted(int[] chosen) {
    float[][] some = new float[chosen.length][];
    double[] own = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      some[i] = features[chosen[i]];
      own[i] = labels[chosen[i]];
    }
    return unweighted(some, own, classes);
  }

  /** The features of a row as Spark ML takes them. */
  public Vector row(int row) {
    return vector(features[row]);
  }

  /** An encoded row as Spark ML takes it. */
  public static Vector vector(float[] row) {
    double[] values = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      values[i] = row[i];
    }
    return Vectors.dense(values);
  }

  /**
   * The predicted probability of the row's class, or the predicted value.
   *
   * @param given a probability for each class, or one value
   */
  public double own(int row, double[] given) {
    return given[classes > 0 ? (int) labels[row] : 0];
  }

  /**
   * Loss of a prediction: -log p of the row's class, or the squared error.
   *
   * @param own the probability of the row's class, or the value
   */
  public double loss(int row, double own) {
    return classes > 0
        ? -Math.log(Math.max(own, LEAST_PROBABILITY))
        : (own - labels[row]) * (own - labels[row]);
  }

  /**
   * As above.
   *
   * @param given a probability for each class, or one value
   */
  public double loss(int row, double[] given) {
    return loss(row, own(row, given));
  }

  /**
   * Whether the first of the most probable classes is the row's.
   *
   * @param given a probability for each class
   */
  public boolean predicts(int row, double[] given) {
    int best = 0;
    for (int i = 1; i < given.length; i++) {
      best = given[i] > given[best] ? i : best;
    }
    return best == (int) labels[row];
  }
}
