package dev.strata.driver.comparison;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Labelled rows in the driver's memory, as a network takes them.
 *
 * @param features of each row
 * @param labels indices of classes, or values
 * @param weights of each row
 * @param classes number of them; 0 where labels are values
 */
record LabelledRows(float[][] features, double[] labels, double[] weights, int classes) {
  private static final int BATCH = 1000;

  /**
   * @throws dev.strata.executor.failure.StrataException (data) where a block is damaged
   */
  static LabelledRows read(Configuration hadoop, ShardSet set) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    int rows = Math.toIntExact(manifest.rows());
    float[][] features = new float[rows][];
    double[] labels = new double[rows];
    double[] weights = new double[rows];
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    EpochOrder order = EpochOrder.sequential(manifest, blocks);
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int from = 0; from < rows; from += BATCH) {
        Minibatch batch = reader.read(order, from, Math.min(BATCH, rows - from));
        float[] flat = batch.inputs()[0].dup('c').data().asFloat();
        int width = flat.length / batch.rows();
        INDArray given =
            label.holdsClasses() ? batch.labels()[0].argMax(1) : batch.labels()[0].getColumn(0);
        for (int i = 0; i < batch.rows(); i++) {
          features[from + i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
          labels[from + i] = given.getDouble(i);
          weights[from + i] = batch.weights().map(read(i)).orElse(1.0);
        }
      }
    }
    return new LabelledRows(
        features, labels, weights, label.holdsClasses() ? manifest.classes().size() : 0);
  }

  private static Function<INDArray, Double> read(int row) {
    return values -> values.getDouble(row);
  }
}
