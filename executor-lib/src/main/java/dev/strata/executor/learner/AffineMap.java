package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import dev.strata.executor.kernels.Products;
import dev.strata.executor.kernels.Sums;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code x W + b} on a DL4J layer's own views, into arrays that are made once per minibatch size.
 */
final class AffineMap {
  private final INDArray weights;
  private final INDArray bias;
  private final INDArray biasGradient;
  private final Map<String, INDArray> gradients;
  private final Map<Long, INDArray> products = new HashMap<>();
  private final Map<Long, INDArray> epsilons = new HashMap<>();

  AffineMap(Layer layer) {
    weights = layer.getParam(WEIGHT_KEY);
    gradients = HiddenPass.gradients(layer);
    boolean biased = gradients.containsKey(BIAS_KEY);
    bias = biased ? layer.getParam(BIAS_KEY) : zeros();
    biasGradient = biased ? gradients.get(BIAS_KEY) : zeros();
  }

  /** In place of what a layer without a bias lacks. */
  private INDArray zeros() {
    return Nd4j.createUninitializedDetached(weights.dataType(), 'c', 1, weights.size(1)).assign(0);
  }

  /** Views of the network's gradient under DL4J's names. */
  Map<String, INDArray> views() {
    return gradients;
  }

  /** b, {@code [1, out]}; zeros where the layer has none. */
  INDArray bias() {
    return bias;
  }

  /** The sum of delta's rows, {@code [1, out]}. */
  INDArray biasGradient() {
    return biasGradient;
  }

  /**
   * {@code x W}: {@code [b, in]} to {@code [b, out]} in C order, valid until the next call for as
   * many rows.
   *
   * @param rows as {@link #rows} gives them
   */
  INDArray product(INDArray rows) {
    INDArray product = array(products, rows.size(0), weights.size(1));
    Products.forward(rows, weights, product);
    return product;
  }

  /** Writes {@code x' delta} into the network's gradient. */
  void gradient(INDArray rows, INDArray delta) {
    Products.outer(rows, delta, gradients.get(WEIGHT_KEY), 1, 0);
  }

  /** Writes the sum of delta's rows. */
  void sum(INDArray delta) {
    Sums.ofRows(delta, biasGradient);
  }

  /** {@code delta W'}: {@code [b, out]} to {@code [b, in]} in C order. */
  INDArray back(INDArray delta) {
    INDArray epsilon = array(epsilons, delta.size(0), weights.size(0));
    Products.back(delta, weights, epsilon);
    return epsilon;
  }

  /** The array itself where its elements lie one after the other in C order, else a copy. */
  static INDArray rows(INDArray array) {
    return Products.areRows(array) ? array : array.dup('c');
  }

  private INDArray array(Map<Long, INDArray> arrays, long rows, long columns) {
    return arrays.computeIfAbsent(
        rows, b -> Nd4j.createUninitializedDetached(weights.dataType(), 'c', b, columns));
  }
}
