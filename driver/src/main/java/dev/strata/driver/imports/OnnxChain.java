package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import onnx.Onnx;
import onnx.Onnx.TensorProto;

/**
 * The nodes of an ONNX graph between its input and its first output of floating point numbers, one
 * upon the other. Nodes that only serve other outputs, such as the name of the likeliest class, are
 * left out.
 */
final class OnnxChain {
  /** First operator set with today's form of the operators that are read. */
  private static final long FIRST_OPERATORS = 7;

  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  private static final int INT64 = TensorProto.DataType.INT64_VALUE;

  private final String file;
  private final Onnx.GraphProto graph;
  private final Map<String, TensorProto> constants = new TreeMap<>();
  private final Map<String, Onnx.NodeProto> producers = new HashMap<>();
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Onnx.ValueInfoProto input;

  OnnxChain(Onnx.ModelProto model, String file) {
    this.file = file;
    this.graph = model.getGraph();
    long operators = 0;
    for (Onnx.OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        operators = set.getVersion();
      }
    }
    if (operators < FIRST_OPERATORS) {
      throw refused("operator set " + operators, "operator set 7 or later, in a complete file");
    }
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    for (Onnx.NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
        constant(node).ifPresent(value -> constants.put(node.getOutput(0), value));
      }
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && producers.put(output, node) != null) {
          throw refused("two nodes with the output " + output, "one node for each value");
        }
      }
    }
    List<Onnx.ValueInfoProto> inputs =
        graph.getInputList().stream().filter(i -> !constants.containsKey(i.getName())).toList();
    if (inputs.size() != 1) {
      throw refused(
          "inputs " + inputs.stream().map(Onnx.ValueInfoProto::getName).toList(),
          "one input of all numbers; Strata's own exports: models export --encoded-input");
    }
    input = inputs.get(0);
    follow(output());
  }

  /** From the input to the output. */
  List<OnnxNode> nodes() {
    return nodes;
  }

  /**
   * Of a row: none where the file leaves it open; its width, 0 where that is open; or channels and
   * positions.
   */
  List<Integer> shape() {
    Onnx.TensorShapeProto shape = input.getType().getTensorType().getShape();
    int dimensions = shape.getDimCount();
    if (dimensions == 1 || dimensions > 3) {
      throw refused(
          "input " + input.getName() + " with " + dimensions + " dimensions",
          "2 dimensions, rows and numbers; or 3, rows, channels and positions");
    }
    List<Integer> sizes = new ArrayList<>();
    long all = 1;
    for (int i = 1; i < dimensions; i++) {
      long size = shape.getDim(i).getDimValue();
      boolean known = size > 0 && size <= Integer.MAX_VALUE;
      sizes.add(known ? (int) size : 0);
      all = known && all <= Integer.MAX_VALUE ? all * size : 0;
    }
    if (dimensions == 3 && (all == 0 || all > Integer.MAX_VALUE)) {
      throw refused(
          "input " + input.getName() + " with open or too large sizes " + sizes,
          "fixed numbers of channels and positions");
    }
    return sizes;
  }

  /** Rows of the input that the file fixes; 0 where it leaves them open. */
  long rows() {
    Onnx.TensorShapeProto shape = input.getType().getTensorType().getShape();
    return shape.getDimCount() == 0 ? 0 : Math.max(0, shape.getDim(0).getDimValue());
  }

  /** Of a node Constant: a tensor, or since operator set 12 numbers. */
  private static Optional<TensorProto> constant(Onnx.NodeProto node) {
    TensorProto.Builder made = TensorProto.newBuilder().setName(node.getOutput(0));
    for (Onnx.AttributeProto own : node.getAttributeList()) {
      switch (own.getName()) {
        case "value" -> {
          return Optional.of(own.getT());
        }
        case "value_float" -> made.setDataType(FLOAT).addFloatData(own.getF());
        case "value_floats" ->
            made.setDataType(FLOAT)
                .addDims(own.getFloatsCount())
                .addAllFloatData(own.getFloatsList());
        case "value_int" -> made.setDataType(INT64).addInt64Data(own.getI());
        case "value_ints" ->
            made.setDataType(INT64).addDims(own.getIntsCount()).addAllInt64Data(own.getIntsList());
        default -> {}
      }
    }
    return made.getDataType() == 0 ? Optional.empty() : Optional.of(made.build());
  }

  boolean isConstant(String value) {
    return constants.containsKey(value);
  }

  /**
   * @throws StrataException (data) where an input of a node is no constant
   */
  OnnxTensor constant(Onnx.NodeProto node, int position) {
    return OnnxTensor.of(tensor(node, position), file);
  }

  /** The same numbers in float64. */
  double[] exact(Onnx.NodeProto node, int position) {
    return OnnxTensor.exact(tensor(node, position), file);
  }

  boolean isTrue(Onnx.NodeProto node, int position) {
    return OnnxTensor.isTrue(tensor(node, position));
  }

  private TensorProto tensor(Onnx.NodeProto node, int position) {
    String name = position < node.getInputCount() ? node.getInput(position) : "";
    TensorProto tensor = constants.get(name);
    if (tensor == null) {
      throw refused(
          words(node) + ", whose input " + position + " is computed or missing", "a constant");
    }
    return tensor;
  }

  /**
   * @throws StrataException (data) where an input of a node is no constant of type INT64
   */
  List<Long> longs(Onnx.NodeProto node, int position) {
    String name = position < node.getInputCount() ? node.getInput(position) : "";
    TensorProto tensor = constants.get(name);
    if (tensor == null || tensor.getDataType() != INT64) {
      throw refused(
          words(node) + ", whose input " + position + " is no constant of type INT64",
          "a constant shape");
    }
    return OnnxTensor.longs(tensor);
  }

  private String output() {
    for (Onnx.ValueInfoProto output : graph.getOutputList()) {
      if (OnnxTensor.isReal(output.getType().getTensorType().getElemType())) {
        return output.getName();
      }
    }
    if (graph.getOutputCount() == 0) {
      throw refused("a graph without outputs", "a complete ONNX model");
    }
    throw refused(
        "outputs "
            + graph.getOutputList().stream().map(Onnx.ValueInfoProto::getName).toList()
            + ", none of floating point numbers",
        "an output tensor of type float; of scikit-learn's classifiers convert_sklearn(…,"
            + " options={\"zipmap\": False})");
  }

  private void follow(String output) {
    String at = output;
    while (!at.equals(input.getName())) {
      Onnx.NodeProto node = producers.get(at);
      if (node == null) {
        throw refused("value " + at + ", which no node computes", "a chain from input to output");
      }
      if (nodes.size() > graph.getNodeCount()) {
        throw refused("nodes that depend on themselves", "a chain from input to output");
      }
      if (node.getOutput(0).isEmpty() || !node.getOutput(0).equals(at)) {
        throw refused(words(node) + ", output " + at, "the first output of each node");
      }
      nodes.add(new OnnxNode(node, this));
      at = data(node);
    }
    Collections.reverse(nodes);
  }

  /** The one input that is no constant. */
  private String data(Onnx.NodeProto node) {
    List<String> computed =
        node.getInputList().stream().filter(i -> !i.isEmpty() && !isConstant(i)).toList();
    if (computed.size() != 1) {
      throw refused(
          words(node) + " with the inputs " + node.getInputList(),
          "one computed input for each node; other graphs are not imported");
    }
    return computed.get(0);
  }

  /** Operator and name, for errors. */
  static String words(Onnx.NodeProto node) {
    String domain = node.getDomain().isEmpty() ? "" : node.getDomain() + ".";
    return "operator " + domain + node.getOpType() + ", node \"" + node.getName() + "\"";
  }

  StrataException refused(String found, String expected) {
    return StrataException.data("cannot import the ONNX model")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
