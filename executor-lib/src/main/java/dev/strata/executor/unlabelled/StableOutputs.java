package dev.strata.executor.unlabelled;

import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The target is the output for the row as it is; the network is trained on a corrupted copy, a
 * function of (seed, number of the row, step), or on the row itself, with dropout.
 */
final class StableOutputs implements Targets {
  private final UnaryOperator<INDArray> output;
  private final Optional<Corruption> corruption;
  private final long seed;
  private INDArray copies;

  /**
   * @param output rows to probabilities {@code [u, C]}, without dropout
   * @param corruption of float32 rows; empty: rows stay as they are
   * @param seed of the copies
   */
  StableOutputs(UnaryOperator<INDArray> output, Optional<Corruption> corruption, long seed) {
    this.output = output;
    this.corruption = corruption;
    this.seed = seed;
  }

  @Override
  public Guess of(INDArray rows, long[] numbers, long step) {
    INDArray inputs = corruption.isEmpty() ? rows : corrupted(rows, numbers, (int) step);
    return new Guess(inputs, output.apply(rows), null);
  }

  private INDArray corrupted(INDArray rows, long[] numbers, int step) {
    if (copies == null || !copies.equalShapes(rows)) {
      // Detached: it must outlive any workspace that happens to be open.
      copies = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows.shape());
    }
    FloatBuffer source = FlatMemory.floats(rows);
    FloatBuffer target = FlatMemory.floats(copies);
    float[] row = new float[Math.toIntExact(rows.length() / numbers.length)];
    for (int i = 0; i < numbers.length; i++) {
      source.get(i * row.length, row);
      corruption.get().corrupt(row, CorruptionPlan.random(seed, numbers[i], step, 0));
      target.put(i * row.length, row);
    }
    return copies;
  }
}
