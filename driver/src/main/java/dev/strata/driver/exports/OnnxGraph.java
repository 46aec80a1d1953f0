package dev.strata.driver.exports;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.Onnx;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.TensorProto.DataType;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An ONNX graph being built (source: onnx.proto, IR version 8, operator sets 17 and ai.onnx.ml 3).
 * Values have one name each; those of inputs and outputs are the caller's, the others are made.
 */
final class OnnxGraph {
  private static final long IR_VERSION = 8;
  private static final long OPERATORS = 17;
  private static final long ML_OPERATORS = 3;
  private static final String ML = "ai.onnx.ml";
  private static final String ROWS = "rows";

  private final Onnx.GraphProto.Builder graph;
  private final Set<String> names = new HashSet<>();
  private final Set<String> nodes = new HashSet<>();

  /**
   * @param reserved names that outputs will have, which no other value takes
   */
  OnnxGraph(String name, Set<String> reserved) {
    graph = Onnx.GraphProto.newBuilder().setName(name);
    names.addAll(reserved);
  }

  /** An input {@code [rows, width]}. */
  String input(String name, DataType type, long width) {
    names.add(name);
    graph.addInput(value(name, type, width));
    return name;
  }

  private static Onnx.ValueInfoProto value(String name, DataType type, long... sizes) {
    Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
    shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam(ROWS));
    for (long size : sizes) {
      shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(shape)))
        .build();
  }

  /**
   * A node with one output.
   *
   * @param name wish for the node's name
   * @return its output
   */
  String node(String operator, String name, List<String> inputs, AttributeProto... attributes) {
    return node("", operator, name, inputs, attributes);
  }

  /** The same of the operators of ONNX-ML. */
  String mlNode(String operator, String name, List<String> inputs, AttributeProto... attributes) {
    return node(ML, operator, name, inputs, attributes);
  }

  private String node(
      String domain,
      String operator,
      String name,
      List<String> inputs,
      AttributeProto... attributes) {
    String own = unique(name, nodes);
    String output = unique(own + "/" + operator, names);
    Onnx.NodeProto.Builder node =
        Onnx.NodeProto.newBuilder()
            .setOpType(operator)
            .setDomain(domain)
            .setName(own)
            .addAllInput(inputs)
            .addOutput(output);
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    graph.addNode(node);
    return output;
  }

  private static String unique(String wish, Set<String> taken) {
    String name = wish;
    for (int i = 2; !taken.add(name); i++) {
      name = wish + "/" + i;
    }
    return name;
  }

  /** Makes a value an output {@code [rows, …]} of that reserved name. */
  void output(String from, String name, DataType type, long... sizes) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(unique("output/" + name, nodes))
            .addInput(from)
            .addOutput(name));
    graph.addOutput(value(name, type, sizes));
  }

  String floats(String name, float[] values, long... sizes) {
    ByteBuffer data = little(Math.multiplyExact(values.length, Float.BYTES));
    for (float value : values) {
      data.putFloat(value);
    }
    return constant(name, DataType.FLOAT, data, sizes);
  }

  String doubles(String name, double[] values, long... sizes) {
    ByteBuffer data = little(Math.multiplyExact(values.length, Double.BYTES));
    for (double value : values) {
      data.putDouble(value);
    }
    return constant(name, DataType.DOUBLE, data, sizes);
  }

  String longs(String name, long[] values, long... sizes) {
    ByteBuffer data = little(Math.multiplyExact(values.length, Long.BYTES));
    for (long value : values) {
      data.putLong(value);
    }
    return constant(name, DataType.INT64, data, sizes);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String wish, DataType type, ByteBuffer data, long... sizes) {
    String name = unique(wish, names);
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(data.array()));
    for (long size : sizes) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return name;
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(utf8(value))
        .build();
  }

  static AttributeProto texts(String name, List<String> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRINGS)
        .addAllStrings(values.stream().map(OnnxGraph::utf8).toList())
        .build();
  }

  static AttributeProto longs(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The model with this graph; no fields of its metadata yet. */
  Onnx.ModelProto.Builder model() {
    return Onnx.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain(ML).setVersion(ML_OPERATORS))
        .setGraph(graph);
  }
}
