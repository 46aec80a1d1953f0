package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Multilayer perceptrons in ONNX files: Gemm, MatMul with Add, BatchNormalization, activations, and
 * the nodes that change nothing at inference. Any other operator is refused by its name and the
 * node's.
 */
final class OnnxImport {
  /** A message of protobuf has less. */
  private static final long SIZE_LIMIT = Integer.MAX_VALUE;

  private static final Set<String> NOTHING = Set.of("Identity", "Dropout", "Flatten", "Cast");

  private final OnnxChain chain;
  private final List<Built> layers = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int width;

  private OnnxImport(OnnxChain chain) {
    this.chain = chain;
    this.width = chain.width();
  }

  /** A layer, and its parameters by DL4J's names. */
  private record Built(Layer layer, List<Parameter> parameters) {}

  private record Parameter(String name, float[] values) {}

  /** Whether a file begins as ONNX files do: the version of the format, and another field. */
  static boolean isMeant(byte[] head) {
    // Fields in the order of their numbers: ir_version, then a text or the graph.
    return head.length > 2
        && head[0] == 0x08
        && head[1] >= 3
        && head[1] <= 20
        && Set.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42).contains((int) head[2]);
  }

  /**
   * @throws StrataException (data) where the file is damaged, or holds another kind of network
   */
  static Model read(ImportSource source) throws IOException {
    long size = Files.size(source.local());
    if (size > SIZE_LIMIT) {
      throw StrataException.data("cannot read the ONNX model")
          .file(source.name())
          .found(size + " bytes")
          .expected("less than 2 GiB")
          .build();
    }
    Onnx.ModelProto model;
    try {
      model = Onnx.ModelProto.parseFrom(Files.readAllBytes(source.local()));
    } catch (InvalidProtocolBufferException e) {
      throw StrataException.data("cannot read the ONNX model")
          .file(source.name())
          .found(String.valueOf(e.getMessage()))
          .expected("a complete ONNX file")
          .cause(e)
          .build();
    }
    return new OnnxImport(new OnnxChain(model, source.name())).build();
  }

  private Model build() {
    List<NodeProto> nodes = chain.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      NodeProto node = nodes.get(i);
      NodeProto next = i + 1 < nodes.size() ? nodes.get(i + 1) : null;
      if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
        throw unknown(node);
      }
      switch (node.getOpType()) {
        case "Gemm" -> gemm(node);
        case "MatMul" -> {
          boolean added = next != null && next.getOpType().equals("Add");
          matMul(node, added ? next : null);
          i += added ? 1 : 0;
        }
        case "BatchNormalization" -> batchNorm(node);
        default -> {
          if (NOTHING.contains(node.getOpType())) {
            requireNothing(node);
          } else {
            activation(node, function(node).orElseThrow(() -> unknown(node)));
          }
        }
      }
    }
    if (layers.isEmpty()) {
      throw chain.refused("a graph without layers", "a multilayer perceptron");
    }
    return network();
  }

  private StrataException unknown(NodeProto node) {
    return chain.refused(
        OnnxChain.words(node),
        "Gemm, MatMul with Add, BatchNormalization, Relu, LeakyRelu, Elu, Selu, Sigmoid, Tanh,"
            + " Softmax, Softplus, Softsign, HardSigmoid, Dropout, Flatten, Identity, Cast");
  }

  private StrataException refused(NodeProto node, String found, String expected) {
    return chain.refused(OnnxChain.words(node) + ": " + found, expected);
  }

  private void gemm(NodeProto node) {
    requireData(node, 0);
    if (number(node, "transA", 0) != 0) {
      throw refused(node, "transA = 1", "transA = 0");
    }
    OnnxTensor weights = matrix(node, 1, number(node, "transB", 0) != 0);
    scale(weights.values(), real(node, "alpha", 1));
    float[] bias = null;
    if (node.getInputCount() > 2 && !node.getInput(2).isEmpty()) {
      bias = vector(node, 2, weights.shape().get(1));
      scale(bias, real(node, "beta", 1));
    }
    dense(node, weights, bias);
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private void matMul(NodeProto node, NodeProto add) {
    requireData(node, 0);
    OnnxTensor weights = matrix(node, 1, false);
    float[] bias = null;
    if (add != null) {
      int constant = chain.isConstant(add.getInput(0)) ? 0 : 1;
      bias = vector(add, constant, weights.shape().get(1));
    }
    dense(node, weights, bias);
  }

  private void requireData(NodeProto node, int position) {
    if (node.getInputCount() <= position || chain.isConstant(node.getInput(position))) {
      throw refused(node, "a constant as input " + position, "the layer below as that input");
    }
  }

  /** {@code [inputs, units]}. */
  private OnnxTensor matrix(NodeProto node, int position, boolean turn) {
    OnnxTensor found = chain.constant(node, position);
    if (found.shape().size() != 2 || found.values().length == 0) {
      throw refused(node, "weights of shape " + found.shape(), "a matrix");
    }
    int rows = found.shape().get(0);
    int columns = found.shape().get(1);
    OnnxTensor matrix = found;
    if (turn) {
      float[] turned = new float[found.values().length];
      for (int i = 0; i < turned.length; i++) {
        turned[i % columns * rows + i / columns] = found.values()[i];
      }
      matrix = new OnnxTensor(List.of(columns, rows), turned);
    }
    if (width > 0 && matrix.shape().get(0) != width) {
      throw refused(
          node, "weights for " + matrix.shape().get(0) + " inputs", width + ", as below it");
    }
    return matrix;
  }

  /** One number for each unit; a single number counts for all. */
  private float[] vector(NodeProto node, int position, int units) {
    OnnxTensor found = chain.constant(node, position);
    float[] values = found.values();
    long rows = values.length == 0 ? 0 : found.shape().stream().mapToLong(i -> i).max().orElse(1);
    if (values.length == 1 && units > 1) {
      float[] spread = new float[units];
      Arrays.fill(spread, values[0]);
      return spread;
    }
    if (values.length != units || rows != units) {
      throw refused(
          node, "a constant of shape " + found.shape(), "one number for each of " + units);
    }
    return values;
  }

  private void dense(NodeProto node, OnnxTensor weights, float[] bias) {
    int inputs = weights.shape().get(0);
    width = weights.shape().get(1);
    List<Parameter> parameters = new ArrayList<>(List.of(new Parameter("W", weights.values())));
    if (bias != null) {
      parameters.add(new Parameter("b", bias));
    }
    layers.add(
        new Built(
            new DenseLayer.Builder()
                .name(name(node))
                .nIn(inputs)
                .nOut(width)
                .hasBias(bias != null)
                .activation(Activation.IDENTITY)
                .build(),
            parameters));
  }

  private void batchNorm(NodeProto node) {
    requireData(node, 0);
    if (number(node, "training_mode", 0) != 0 || number(node, "spatial", 1) != 1) {
      throw refused(node, "training_mode or spatial", "their defaults");
    }
    int units = chain.constant(node, 1).values().length;
    if (units == 0 || width > 0 && units != width) {
      throw refused(node, units + " units", width + ", as below it");
    }
    float epsilon = real(node, "epsilon", 1e-5f);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw refused(node, "epsilon " + epsilon, "a number between 0 and 1");
    }
    width = units;
    float[] variance = vector(node, 4, units);
    for (float one : variance) {
      if (!(one >= 0)) {
        throw refused(node, "a variance of " + one, "variances of 0 or more");
      }
    }
    layers.add(
        new Built(
            new BatchNormalization.Builder()
                .name(name(node))
                .nIn(units)
                .nOut(units)
                .eps(epsilon)
                .useLogStd(false)
                .build(),
            List.of(
                new Parameter("gamma", vector(node, 1, units)),
                new Parameter("beta", vector(node, 2, units)),
                new Parameter("mean", vector(node, 3, units)),
                new Parameter("var", variance))));
  }

  private void requireNothing(NodeProto node) {
    requireData(node, 0);
    boolean fits =
        switch (node.getOpType()) {
          case "Flatten" -> number(node, "axis", 1) == 1;
          case "Cast" ->
              number(node, "to", 0) == Onnx.TensorProto.DataType.FLOAT_VALUE
                  || number(node, "to", 0) == Onnx.TensorProto.DataType.DOUBLE_VALUE;
          default -> true;
        };
    if (!fits) {
      throw refused(
          node, "axis or type " + node.getAttributeList().get(0).getI(), "axis 1, or type float");
    }
  }

  /** Empty where the operator is no activation. */
  private Optional<IActivation> function(NodeProto node) {
    return switch (node.getOpType()) {
      case "Relu" -> plain(Activation.RELU);
      case "LeakyRelu" -> Optional.of(new ActivationLReLU(real(node, "alpha", 0.01f)));
      case "Elu" -> {
        requireReal(node, "alpha", 1);
        yield plain(Activation.ELU);
      }
      case "Selu" -> {
        requireReal(node, "alpha", 1.67326319217681884765625f);
        requireReal(node, "gamma", 1.05070102214813232421875f);
        yield plain(Activation.SELU);
      }
      case "Sigmoid" -> plain(Activation.SIGMOID);
      case "Tanh" -> plain(Activation.TANH);
      case "Softplus" -> plain(Activation.SOFTPLUS);
      case "Softsign" -> plain(Activation.SOFTSIGN);
      case "HardSigmoid" -> {
        requireReal(node, "alpha", 0.2f);
        requireReal(node, "beta", 0.5f);
        yield plain(Activation.HARDSIGMOID);
      }
      case "Softmax" -> {
        long axis = number(node, "axis", -1);
        if (axis != -1 && axis != 1) {
          throw refused(node, "axis " + axis, "axis 1 or -1");
        }
        yield plain(Activation.SOFTMAX);
      }
      default -> Optional.empty();
    };
  }

  private static Optional<IActivation> plain(Activation activation) {
    return Optional.of(activation.getActivationFunction());
  }

  private void requireReal(NodeProto node, String name, float only) {
    float found = real(node, name, only);
    if (Math.abs(found - only) > 1e-5f) {
      throw refused(node, name + " " + found, "the default, " + only);
    }
  }

  /** Goes into the layer below where that is dense and has none yet. */
  private void activation(NodeProto node, IActivation function) {
    requireData(node, 0);
    Layer below = layers.isEmpty() ? null : layers.get(layers.size() - 1).layer();
    if (below instanceof DenseLayer dense
        && dense.getActivationFn().equals(Activation.IDENTITY.getActivationFunction())) {
      dense.setActivationFn(function);
      return;
    }
    if (width == 0) {
      throw refused(node, "an input of unknown width", "an input with a fixed number of columns");
    }
    layers.add(
        new Built(new ActivationLayer.Builder(function).name(name(node)).build(), List.of()));
  }

  /** The node's, without what would be a path; unique. */
  private String name(NodeProto node) {
    String own = node.getName().replaceFirst("^/", "").replaceFirst("/(Gemm|MatMul)$", "");
    String wish = own.isBlank() ? node.getOpType().toLowerCase(java.util.Locale.ROOT) : own;
    String name = own.isBlank() ? wish + "-1" : wish;
    for (int i = 2; !names.add(name); i++) {
      name = wish + "-" + i;
    }
    return name;
  }

  private AttributeProto attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private long number(NodeProto node, String name, long fallback) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? fallback : attribute.getI();
  }

  private float real(NodeProto node, String name, float fallback) {
    AttributeProto attribute = attribute(node, name);
    return attribute == null ? fallback : attribute.getF();
  }

  private Model network() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().updater(new Sgd()).list();
    layers.forEach(built -> list.layer(built.layer()));
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter parameter : layers.get(i).parameters()) {
        INDArray target = network.getLayer(i).getParam(parameter.name());
        target.assign(Nd4j.createFromArray(parameter.values()).reshape('c', target.shape()));
      }
    }
    return network;
  }
}
