package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.Residual;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Layers of a network as nodes of ONNX, computing what they compute at inference. */
final class OnnxLayers {
  private final OnnxGraph graph;
  private final String file;
  private final OnnxActivations activations;
  private final OnnxSequences sequences;
  private final OnnxPositions positions;

  OnnxLayers(OnnxGraph graph, String file) {
    this.graph = graph;
    this.file = file;
    this.activations = new OnnxActivations(graph);
    this.sequences = new OnnxSequences(graph);
    this.positions = new OnnxPositions(graph);
  }

  /**
   * @param x the layers' input {@code [rows, width]}
   * @return outputs of the layers, bottom to top; of those with a vector for each position, all
   *     positions of the first number first
   * @throws StrataException (data) where a layer is of another kind
   */
  List<String> add(List<ModelLayer> layers, String x) {
    List<String> outputs = new ArrayList<>();
    String below = x;
    for (ModelLayer layer : layers) {
      below = layer(layer, below);
      outputs.add(
          sequences.isOpen() || positions.isOpen()
              ? graph.node("Flatten", layer.name(), List.of(below), attribute("axis", 1L))
              : below);
    }
    return outputs;
  }

  private String layer(ModelLayer layer, String below) {
    String x = below;
    if (layer.before() != null) {
      x =
          positions
              .reshape(layer.name(), layer.before(), below)
              .orElseThrow(() -> refused(layer, "reshapes its input"));
    }
    Layer settings = layer.settings();
    if (positions.isOpen()) {
      return position(layer, settings, x);
    }
    if (settings instanceof DenseLayer dense && !dense.hasLayerNorm()) {
      return dense(layer, x, dense.getActivationFn());
    }
    if (settings instanceof OutputLayer output) {
      return dense(layer, x, output.getActivationFn());
    }
    if (settings instanceof LossLayer loss) {
      return activation(layer, x, loss.getActivationFn());
    }
    if (settings instanceof ActivationLayer activation) {
      return activation(layer, x, activation.getActivationFn());
    }
    if (settings instanceof DropoutLayer) {
      return graph.node("Identity", layer.name(), List.of(x));
    }
    if (settings instanceof BatchNormalization norm) {
      return batchNorm(layer, x, norm);
    }
    if (settings instanceof EmbeddingSequenceLayer words
        && words.getActivationFn() instanceof ActivationIdentity
        && !words.hasBias()) {
      return sequences.embedding(layer, words, x);
    }
    if (settings instanceof Residual block && !sequences.isOpen()) {
      return residual(layer, x, block);
    }
    if (sequences.isOpen()) {
      return sequence(layer, settings, x);
    }
    throw refused(
        layer,
        settings instanceof BaseOutputLayer
            ? "an output layer of its own kind"
            : "a layer of type " + settings.getClass().getSimpleName());
  }

  /** {@code x + survival · f(x)}. */
  private String residual(ModelLayer layer, String x, Residual block) {
    String above = x;
    for (ModelLayer inner : layer.within()) {
      above = layer(inner, above);
    }
    if (block.getSurvival() < 1) {
      String survival =
          graph.floats(layer.name() + ".survival", new float[] {(float) block.getSurvival()}, 1);
      above = graph.node("Mul", layer.name(), List.of(above, survival));
    }
    return graph.node("Add", layer.name(), List.of(x, above));
  }

  private String sequence(ModelLayer layer, Layer settings, String x) {
    if (settings instanceof Convolution1DLayer windows
        && windows.getStride()[0] == 1
        && windows.getDilation()[0] == 1
        && !(windows.getActivationFn() instanceof ActivationSoftmax)) {
      return activation(layer, sequences.convolution(layer, windows, x), windows.getActivationFn());
    }
    if (settings instanceof GlobalPoolingLayer pooling
        && pooling.getPoolingType() != PoolingType.PNORM) {
      return sequences.pooling(layer, pooling, x);
    }
    throw refused(layer, "a layer of type " + settings.getClass().getSimpleName());
  }

  /** Among positions of numbers. */
  private String position(ModelLayer layer, Layer settings, String x) {
    if (settings instanceof Convolution1DLayer windows
        && OnnxPositions.has(windows)
        && !(windows.getActivationFn() instanceof ActivationSoftmax)) {
      Map<String, NamedArray> arrays = arrays(layer);
      List<String> inputs = new ArrayList<>(List.of(x, constant(arrays.get("weights").outIn())));
      if (arrays.containsKey("bias")) {
        inputs.add(constant(arrays.get("bias")));
      }
      String sums = positions.convolution(layer.name(), windows, inputs);
      return activation(layer, sums, windows.getActivationFn());
    }
    if (settings instanceof Subsampling1DLayer windows && OnnxPositions.has(windows)) {
      return positions.largest(layer.name(), windows, x);
    }
    if (settings instanceof GlobalPoolingLayer pooling
        && pooling.getPoolingType() != PoolingType.PNORM) {
      return positions.pooling(layer.name(), pooling, x);
    }
    if (settings instanceof ActivationLayer activation
        && !(activation.getActivationFn() instanceof ActivationSoftmax)) {
      return activation(layer, x, activation.getActivationFn());
    }
    if (settings instanceof DropoutLayer) {
      return graph.node("Identity", layer.name(), List.of(x));
    }
    throw refused(layer, "a layer of type " + settings.getClass().getSimpleName());
  }

  private String activation(ModelLayer layer, String x, IActivation function) {
    return activations.apply(function, x, layer.name(), file);
  }

  private String dense(ModelLayer layer, String x, IActivation function) {
    Map<String, NamedArray> arrays = arrays(layer);
    NamedArray weights = arrays.get("weights");
    List<String> inputs = new ArrayList<>(List.of(x, constant(weights)));
    boolean biased = arrays.containsKey("bias");
    if (biased) {
      inputs.add(constant(arrays.get("bias")));
    }
    String sums = graph.node(biased ? "Gemm" : "MatMul", layer.name(), inputs);
    return activation(layer, sums, function);
  }

  private String batchNorm(ModelLayer layer, String x, BatchNormalization norm) {
    Map<String, NamedArray> arrays = arrays(layer);
    int width = arrays.get("mean").values().length;
    List<String> inputs = new ArrayList<>(List.of(x));
    inputs.add(
        arrays.containsKey("gamma")
            ? constant(arrays.get("gamma"))
            : fixed(layer, "gamma", norm.getGamma(), width));
    inputs.add(
        arrays.containsKey("beta")
            ? constant(arrays.get("beta"))
            : fixed(layer, "beta", norm.getBeta(), width));
    inputs.add(constant(arrays.get("mean")));
    inputs.add(constant(arrays.get("variance")));
    return graph.node(
        "BatchNormalization", layer.name(), inputs, attribute("epsilon", (float) norm.getEps()));
  }

  private static Map<String, NamedArray> arrays(ModelLayer layer) {
    Map<String, NamedArray> arrays = new TreeMap<>();
    NamedArray.of(List.of(layer)).forEach(array -> arrays.put(array.parameter(), array));
    return arrays;
  }

  private String fixed(ModelLayer layer, String name, double value, int width) {
    float[] values = new float[width];
    Arrays.fill(values, (float) value);
    return graph.floats(layer.name() + "." + name, values, width);
  }

  private String constant(NamedArray array) {
    long[] sizes = array.shape().stream().mapToLong(Integer::longValue).toArray();
    return graph.floats(array.torchName(), array.floats(), sizes);
  }

  private StrataException refused(ModelLayer layer, String found) {
    return StrataException.data("ONNX export does not have this kind of layer")
        .file(file)
        .found("layer " + layer.name() + ", " + found)
        .expected("layers and activations of network.layers; or --format dl4j")
        .build();
  }
}
