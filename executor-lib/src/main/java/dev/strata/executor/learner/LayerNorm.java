package dev.strata.executor.learner;

import dev.strata.executor.kernels.RowNorm;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layer normalization of a dense layer's products, before the bias, in float32. */
final class LayerNorm {
  private final RowNorm norm;
  private final INDArray gainGradient;
  private final Map<Long, Normalized> rows = new HashMap<>();
  private Normalized last;

  /**
   * What going back needs of a minibatch.
   *
   * @param values {@code [b, n]}
   * @param scales of its rows
   */
  private record Normalized(INDArray values, float[] scales) {
    static Normalized like(INDArray product) {
      return new Normalized(
          Nd4j.createUninitializedDetached(product.dataType(), 'c', product.shape()),
          new float[Math.toIntExact(product.size(0))]);
    }
  }

  /**
   * @param gradients views of the layer's gradient under DL4J's names
   */
  LayerNorm(Layer layer, Map<String, INDArray> gradients) {
    norm = new RowNorm(layer.getParam(DefaultParamInitializer.GAIN_KEY));
    gainGradient = gradients.get(DefaultParamInitializer.GAIN_KEY);
  }

  static boolean isIn(Layer layer) {
    return layer.conf().getLayer() instanceof DenseLayer dense && dense.hasLayerNorm();
  }

  /** Overwrites {@code x W}, {@code [b, n]} in C order. */
  void forward(INDArray product) {
    last = rows.computeIfAbsent(product.size(0), any -> Normalized.like(product));
    norm.forward(product, last.values(), last.scales());
  }

  /** Overwrites the gradient with regard to what {@link #forward} gave; writes that of γ. */
  void back(INDArray delta) {
    norm.back(delta, last.values(), last.scales(), gainGradient);
  }
}
