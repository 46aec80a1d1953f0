package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastAddOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code x W + b} on a DL4J layer's own views, by the products that DL4J calls: their operands'
 * orders decide which kernel of BLAS runs and so the last bit.
 */
final class AffineMap {
  private final INDArray weights;
  private final INDArray bias;
  private final Map<String, INDArray> gradients;

  AffineMap(Layer layer) {
    weights = layer.getParam(WEIGHT_KEY);
    gradients =
        layer
            .conf()
            .getLayer()
            .initializer()
            .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray());
    bias = gradients.containsKey(BIAS_KEY) ? layer.getParam(BIAS_KEY) : null;
  }

  /** Views of the network's gradient under DL4J's names. */
  Map<String, INDArray> views() {
    return gradients;
  }

  /** {@code [b, in]} to {@code [b, out]} in C order. */
  INDArray apply(INDArray rows) {
    long[] shape = {rows.size(0), weights.size(1)};
    // DL4J lets the product write into C order, which ND4J does by way of this array in F order.
    INDArray product =
        rows.mmuli(weights, Nd4j.createUninitialized(weights.dataType(), shape, 'f'));
    INDArray sum = Nd4j.createUninitialized(weights.dataType(), shape, 'c');
    if (bias != null && shape[0] > 1 && shape[1] > 1) {
      Nd4j.exec(new BroadcastAddOp(product, bias, sum, 1));
      return sum;
    }
    sum.assign(product);
    return bias == null ? sum : sum.addiRowVector(bias);
  }

  /** Writes {@code x' delta} and the sum of delta's rows into the network's gradient. */
  void gradient(INDArray rows, INDArray delta) {
    if (bias != null) {
      delta.sum(gradients.get(BIAS_KEY), 0);
    }
    Nd4j.gemm(rows, delta, gradients.get(WEIGHT_KEY), true, false, 1.0, 0.0);
  }

  /** {@code delta W'}: {@code [b, out]} to {@code [b, in]} in C order. */
  INDArray transposed(INDArray delta) {
    long[] shape = {weights.size(0), delta.size(0)};
    INDArray product = Nd4j.createUninitialized(delta.dataType(), shape, 'f');
    return weights.mmuli(delta.transpose(), product).transpose();
  }
}
