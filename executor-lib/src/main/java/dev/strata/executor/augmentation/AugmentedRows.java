package dev.strata.executor.augmentation;

import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Changed copies of a minibatch's rows in an array that stays. What a row becomes is a function of
 * (seed, number of the row, time), whatever minibatch it is in. For one thread.
 */
public final class AugmentedRows {
  private final Corruption corruption;
  private final long seed;
  private INDArray copies;
  private float[] row = new float[0];

  public AugmentedRows(Corruption corruption, long seed) {
    this.corruption = corruption;
    this.seed = seed;
  }

  /**
   * @param rows {@code [b, rowShape…]}, float32
   * @param numbers of the rows in their ShardSet, at least b
   * @param time epoch or step, which gives a row other random numbers
   * @return of the same shape, valid until the next call
   */
  public INDArray of(INDArray rows, long[] numbers, int time) {
    if (copies == null || !copies.equalShapes(rows)) {
      // Detached: it must outlive any workspace that happens to be open.
      copies = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows.shape());
    }
    FloatBuffer source = FlatMemory.floats(rows);
    FloatBuffer target = FlatMemory.floats(copies);
    int count = Math.toIntExact(rows.size(0));
    int width = Math.toIntExact(rows.length() / count);
    if (row.length != width) {
      row = new float[width];
    }
    for (int i = 0; i < count; i++) {
      source.get(i * width, row);
      corruption.corrupt(row, CorruptionPlan.random(seed, numbers[i], time, 0));
      target.put(i * width, row);
    }
    return copies;
  }
}
