package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import onnx.Onnx;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Multilayer perceptrons and networks of 1-D convolutions in ONNX files, with the nodes that change
 * nothing at inference, and the scaling below the lowest layer. Any other operator is refused by
 * its name and the node's.
 */
final class OnnxImport {
  /** A message of protobuf has less. */
  private static final long SIZE_LIMIT = Integer.MAX_VALUE;

  private static final String KNOWN =
      "Gemm, MatMul with Add, Conv, MaxPool, GlobalMaxPool, GlobalAveragePool,"
          + " BatchNormalization, Relu, LeakyRelu, Elu, Selu, Sigmoid, Tanh, Softmax, Softplus,"
          + " Softsign, HardSigmoid, Dropout, Flatten, Reshape, Identity, Cast; and at the bottom"
          + " Sub, Add, Div, Mul, Scaler";

  private static final Set<Integer> FLOATS =
      Set.of(Onnx.TensorProto.DataType.FLOAT_VALUE, Onnx.TensorProto.DataType.DOUBLE_VALUE);

  private final OnnxChain chain;
  private final OnnxStack stack;
  private final OnnxScaling scaling;

  private OnnxImport(OnnxChain chain) {
    this.chain = chain;
    this.stack = new OnnxStack(chain.shape());
    this.scaling = new OnnxScaling(stack);
  }

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
  static OnnxNetwork read(ImportSource source) throws IOException {
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

  private OnnxNetwork build() {
    List<OnnxNode> nodes = chain.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      OnnxNode node = nodes.get(i);
      OnnxNode next = i + 1 < nodes.size() ? nodes.get(i + 1) : null;
      if (stack.isEmpty() && OnnxScaling.isMeant(node)) {
        scaling.add(node);
        continue;
      }
      if (!node.domain().isEmpty()) {
        throw unknown(node);
      }
      boolean biased =
          node.operator().equals("MatMul") && next != null && next.operator().equals("Add");
      add(node, biased ? next : null);
      i += biased ? 1 : 0;
    }
    if (stack.isEmpty()) {
      throw chain.refused("a graph without layers", "a multilayer perceptron");
    }
    return new OnnxNetwork(stack.network(), scaling.scaling());
  }

  private void add(OnnxNode node, OnnxNode plus) {
    switch (node.operator()) {
      case "Gemm" -> OnnxDense.gemm(node, stack);
      case "MatMul" -> OnnxDense.matMul(node, plus, stack);
      case "BatchNormalization" -> OnnxNorm.add(node, stack);
      case "Conv" -> OnnxConvolution.convolve(node, stack);
      case "MaxPool" -> OnnxConvolution.pool(node, stack);
      case "GlobalMaxPool" -> OnnxConvolution.poolAll(node, PoolingType.MAX, stack);
      case "GlobalAveragePool" -> OnnxConvolution.poolAll(node, PoolingType.AVG, stack);
      case "Flatten" -> flatten(node);
      case "Reshape" -> reshape(node);
      case "Cast" -> cast(node);
      case "Identity", "Dropout" -> node.requireData(0);
      default -> {
        if (!OnnxFunctions.add(node, stack)) {
          throw unknown(node);
        }
      }
    }
  }

  private StrataException unknown(OnnxNode node) {
    return chain.refused(OnnxChain.words(node.proto()), KNOWN);
  }

  private void flatten(OnnxNode node) {
    node.requireData(0);
    if (node.attributes().number("axis", 1) != 1) {
      throw node.refused("axis " + node.attributes().number("axis", 1), "axis 1");
    }
    stack.flatten();
  }

  /** As Flatten, where it makes one vector of each row. */
  private void reshape(OnnxNode node) {
    node.requireData(0);
    List<Long> shape = node.longs(1);
    int width = stack.width() * Math.max(1, stack.steps());
    boolean vector =
        shape.size() == 2
            && (shape.get(0) == -1 || shape.get(0) == 0)
            && (shape.get(1) == width || shape.get(1) == -1 && shape.get(0) == 0);
    if (!vector) {
      throw node.refused("shape " + shape, "[-1, " + width + "], a vector a row");
    }
    stack.flatten();
  }

  private static void cast(OnnxNode node) {
    node.requireData(0);
    if (!FLOATS.contains((int) node.attributes().number("to", 0))) {
      throw node.refused("type " + node.attributes().number("to", 0), "type float or double");
    }
  }
}
