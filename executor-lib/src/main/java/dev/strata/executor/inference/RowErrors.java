package dev.strata.executor.inference;

import dev.strata.executor.layer.LayerActivations;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reconstruction errors of rows: {@code Σ (x − r)² / n} over the n inputs of a row x, r being the
 * decoder's output for the row's code. For one thread at a time.
 */
public final class RowErrors {
  private final Optional<DenseForward> dense;
  private final LayerActivations layers;

  /**
   * @param decoder from the code to the input
   */
  public RowErrors(Model decoder) {
    this.dense = DenseForward.of(decoder);
    this.layers = new LayerActivations(decoder);
  }

  /**
   * @param input {@code [b, n]} in C order
   * @param code {@code [b, width of the code]} in C order
   * @param into one error a row
   */
  public void compute(INDArray input, INDArray code, float[] into) {
    INDArray output =
        dense.isPresent()
            ? dense.get().compute(code)
            : layers.compute(code, List.of(layers.names().size() - 1)).get(0);
    int width = Math.toIntExact(input.size(1));
    float[] row = new float[width];
    float[] reconstructed = new float[width];
    var inputs = input.data().asNioFloat();
    var outputs = output.data().asNioFloat();
    for (int i = 0; i < into.length; i++) {
      inputs.get(i * width, row);
      outputs.get(i * width, reconstructed);
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double difference = (double) row[j] - reconstructed[j];
        sum += difference * difference;
      }
      into[i] = (float) (sum / width);
    }
  }
}
