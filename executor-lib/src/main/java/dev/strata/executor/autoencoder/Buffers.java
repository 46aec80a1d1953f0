package dev.strata.executor.autoencoder;

import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a minibatch of one size needs, allocated once.
 *
 * @param corrupted {@code [b, inputs]}
 * @param outputs of each layer, {@code [b, units]}
 * @param deltas gradients with regard to the pre-activations of each layer but the last, whose
 *     output is overwritten instead
 * @param tied the same memory, put together for the gradient of tied weights
 */
record Buffers(INDArray corrupted, INDArray[] outputs, INDArray[] deltas, Optional<Tied> tied) {
  /**
   * Factors of the gradient of weights that encode and decode: with x the corrupted rows, h the
   * hidden values and d the gradients with regard to pre-activations, {@code x' d₁ + d₂' h} is one
   * product of twice as many rows.
   *
   * @param inputs {@code [2 b, inputs]}, x above d₂
   * @param hidden {@code [2 b, units]}, d₁ above h
   */
  record Tied(INDArray inputs, INDArray hidden) {}

  static Buffers of(int rows, int inputs, List<Integer> units, DataType type) {
    INDArray[] outputs = new INDArray[units.size()];
    INDArray[] deltas = new INDArray[units.size() - 1];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = matrix(type, rows, units.get(i));
      if (i < deltas.length) {
        deltas[i] = matrix(type, rows, units.get(i));
      }
    }
    return new Buffers(matrix(type, rows, inputs), outputs, deltas, Optional.empty());
  }

  static Buffers ofTied(int rows, int inputs, int units, DataType type) {
    Tied tied = new Tied(matrix(type, 2 * rows, inputs), matrix(type, 2 * rows, units));
    return new Buffers(
        half(tied.inputs(), 0),
        new INDArray[] {half(tied.hidden(), 1), half(tied.inputs(), 1)},
        new INDArray[] {half(tied.hidden(), 0)},
        Optional.of(tied));
  }

  private static INDArray matrix(DataType type, int rows, int columns) {
    return Nd4j.create(type, new long[] {rows, columns}, 'c');
  }

  private static INDArray half(INDArray matrix, int which) {
    long rows = matrix.size(0) / 2;
    long columns = matrix.size(1);
    return Nd4j.create(
        matrix.data(),
        new long[] {rows, columns},
        new long[] {columns, 1},
        which * rows * columns,
        'c');
  }
}
