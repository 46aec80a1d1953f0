package dev.strata.driver.visualization;

import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A few rows of a ShardSet's input 0, scaled as the network takes them. */
public final class SampleRows {
  private final float[] values;
  private final int rows;
  private final int width;
  private final Optional<ImageShape> image;

  private SampleRows(float[] values, int rows, Optional<ImageShape> image) {
    this.values = values;
    this.rows = rows;
    this.width = rows == 0 ? 0 : values.length / rows;
    this.image = image;
  }

  /**
   * @param values row after row
   * @param rowShape of one row, such as {@code [784]} or {@code [28, 28]}
   */
  public static SampleRows of(float[] values, List<Integer> rowShape) {
    int width = rowShape.stream().reduce(1, Math::multiplyExact);
    int rows = values.length / width;
    return new SampleRows(values.clone(), rows, ShapeOfRows.of(rowShape, values));
  }

  /**
   * The first rows, as they are stored: of labelled data every class is among them.
   *
   * @param most how many rows at most
   * @throws dev.strata.executor.failure.StrataException (data) where a block is damaged
   */
  public static SampleRows read(Configuration hadoop, ShardSet set, int most) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    int rows = (int) Math.min(most, manifest.rows());
    List<Integer> shape = manifest.array(ArrayRole.INPUT, 0).orElseThrow().rowShape();
    if (rows == 0) {
      return new SampleRows(new float[0], 0, Optional.empty());
    }
    EpochOrder order = EpochOrder.sequential(manifest, blocks);
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      return of(reader.read(order, 0, rows).inputs()[0].dup('c').data().asFloat(), shape);
    }
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Elements of a row. */
  public int width() {
    return width;
  }

  /** How a row is seen, where it is an image. */
  public Optional<ImageShape> image() {
    return image;
  }

  /** The first of these rows, at most this number. */
  public SampleRows first(int most) {
    int kept = Math.min(most, rows);
    return kept == rows ? this : new SampleRows(Arrays.copyOf(values, kept * width), kept, image);
  }

  /** The same rows, each number divided. */
  public SampleRows over(double divisor) {
    if (divisor == 1) {
      return this;
    }
    float[] divided = values.clone();
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (divided[i] / divisor);
    }
    return new SampleRows(divided, rows, image);
  }

  /** A copy of one row. */
  public float[] row(int row) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** All rows, {@code [rows, width]}. */
  public INDArray array() {
    return Nd4j.createFromArray(values).reshape(rows, width);
  }
}
