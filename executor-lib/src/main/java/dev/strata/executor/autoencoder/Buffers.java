package dev.strata.executor.autoencoder;

import java.util.List;
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
 */
record Buffers(INDArray corrupted, INDArray[] outputs, INDArray[] deltas) {
  static Buffers of(int rows, int inputs, List<Integer> units, DataType type) {
    INDArray[] outputs = new INDArray[units.size()];
    INDArray[] deltas = new INDArray[units.size() - 1];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = Nd4j.create(type, new long[] {rows, units.get(i)}, 'c');
      if (i < deltas.length) {
        deltas[i] = Nd4j.create(type, new long[] {rows, units.get(i)}, 'c');
      }
    }
    return new Buffers(Nd4j.create(type, new long[] {rows, inputs}, 'c'), outputs, deltas);
  }
}
