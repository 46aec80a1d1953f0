package dev.strata.executor.inference;

import dev.strata.executor.device.HostMemory;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.Products;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The outputs of a network's plain dense layers at inference, {@code f(x W + b)} layer by layer, in
 * arrays that are there already: to about 1e-6 what DL4J computes, without what it copies. For one
 * thread at a time, like the network whose parameters it reads.
 */
final class DenseForward {
  private final List<Step> steps;

  /** One layer: W {@code [in, out]} in Fortran order, b {@code [1, out]}; z holds its output. */
  private static final class Step {
    private final INDArray weights;
    private final INDArray bias;
    private final Nonlinearity activation;
    private INDArray output;

    Step(INDArray weights, INDArray bias, Nonlinearity activation) {
      this.weights = weights;
      this.bias = bias;
      this.activation = activation;
    }

    INDArray apply(INDArray rows) {
      if (output == null || output.size(0) != rows.size(0)) {
        output =
            Nd4j.createUninitializedDetached(
                weights.dataType(), 'c', rows.size(0), weights.size(1));
      }
      Products.forward(rows, weights, output);
      activation.apply(output, bias);
      return output;
    }
  }

  private DenseForward(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** Empty where the network has other layers, activations or shapes. */
  static Optional<DenseForward> of(Model model) {
    return model instanceof MultiLayerNetwork network
        ? of(model, network.getnLayers() - 1)
        : Optional.empty();
  }

  /**
   * Of the lowest layers only.
   *
   * @param highest position of the last one; what lies above may be anything
   */
  static Optional<DenseForward> of(Model model, int highest) {
    if (!HostMemory.isHome()
        || !(model instanceof MultiLayerNetwork network)
        || !network.getLayerWiseConfigurations().getInputPreProcessors().isEmpty()) {
      return Optional.empty();
    }
    List<Step> steps = new ArrayList<>();
    for (Layer layer : Arrays.copyOf(network.getLayers(), highest + 1)) {
      Optional<Step> step = step(layer);
      if (step.isEmpty()) {
        return Optional.empty();
      }
      steps.add(step.get());
    }
    return Optional.of(new DenseForward(steps));
  }

  private static Optional<Step> step(Layer layer) {
    if (layer.conf().getLayer().getClass() != DenseLayer.class) {
      return Optional.empty();
    }
    DenseLayer dense = (DenseLayer) layer.conf().getLayer();
    INDArray weights = layer.getParam(DefaultParamInitializer.WEIGHT_KEY);
    if (!dense.hasBias() || dense.hasLayerNorm() || weights.ordering() != 'f') {
      return Optional.empty();
    }
    INDArray bias = layer.getParam(DefaultParamInitializer.BIAS_KEY);
    return Nonlinearity.of(dense.getActivationFn()).map(known -> new Step(weights, bias, known));
  }

  /**
   * @param input {@code [b, in]} in C order
   * @return {@code [b, out]} in C order, valid until the next call
   */
  INDArray compute(INDArray input) {
    INDArray rows = input;
    for (Step step : steps) {
      rows = step.apply(rows);
    }
    return rows;
  }

  /** What the last call computed at a layer; valid until the next call. */
  INDArray output(int position) {
    return steps.get(position).output;
  }
}
