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
          + " Softsign, HardSigmoid, ThresholdedRelu, Clip, Dropout, Flatten, Reshape, Squeeze, Unsqueeze, ReduceMax,"
          + " ReduceMean, Identity, Cast; and at the bottom Sub, Add, Div, Mul, Scaler";

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
      case "ReduceMax" -> OnnxShapes.reduce(node, PoolingType.MAX, stack);
      case "ReduceMean" -> OnnxShapes.reduce(node, PoolingType.AVG, stack);
      case "Flatten" -> OnnxShapes.flatten(node, stack);
      case "Reshape" -> OnnxShapes.reshape(node, stack);
      case "Squeeze" -> OnnxShapes.squeeze(node, stack);
      case "Unsqueeze" -> OnnxShapes.unsqueeze(node, stack);
      case "Cast" -> cast(node);
      case "Dropout" -> dropout(node);
      case "Identity" -> node.requireData(0);
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

  private static void dropout(OnnxNode node) {
    node.requireData(0);
    if (node.isTrue(2)) {
      throw node.refused(
          "training_mode = true", "inference mode: call model.eval() before the export");
    }
  }

  private static void cast(OnnxNode node) {
    node.requireData(0);
    if (!OnnxTensor.isReal((int) node.attributes().number("to", 0))) {
      throw node.refused(
          "type " + node.attributes().number("to", 0), "type float, double, float16 or bfloat16");
    }
  }
}
