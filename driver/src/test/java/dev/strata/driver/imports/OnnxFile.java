package dev.strata.driver.imports;

import dev.strata.driver.testing.KerasModelFile.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx;
import onnx.Onnx.AttributeProto;

/** An ONNX file by hand: input {@code input [rows, width]}, output {@code output}. */
final class OnnxFile {
  private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName("graph");
  private long operators = 13;

  OnnxFile(int width) {
    graph.addInput(value("input", Onnx.TensorProto.DataType.FLOAT_VALUE, width));
  }

  /** Rows of channels and positions. */
  OnnxFile(int channels, int positions) {
    Onnx.ValueInfoProto.Builder input =
        value("input", Onnx.TensorProto.DataType.FLOAT_VALUE, channels).toBuilder();
    input
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(positions));
    graph.addInput(input);
  }

  /** A constant shape. */
  OnnxFile sizes(String name, long... values) {
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** A constant truth value. */
  OnnxFile truth(String name, boolean value) {
    graph.addInitializer(
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.BOOL_VALUE)
            .addInt32Data(value ? 1 : 0));
    return this;
  }

  /** A constant of float64, as raw bytes. */
  OnnxFile doubles(String name, double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    graph.addInitializer(
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.DOUBLE_VALUE)
            .addDims(values.length)
            .setRawData(org.nd4j.shade.protobuf.ByteString.copyFrom(bytes.array())));
    return this;
  }

  /** Numbers of a shape. */
  record Constant(int[] shape, float[] values) {
    Constant turned() {
      float[] turned = new float[values.length];
      for (int i = 0; i < turned.length; i++) {
        turned[i % shape[1] * shape[0] + i / shape[1]] = values[i];
      }
      return new Constant(new int[] {shape[1], shape[0]}, turned);
    }

    Weights weights() {
      return new Weights(Arrays.stream(shape).asLongStream().toArray(), values);
    }
  }

  private static Onnx.ValueInfoProto value(String name, int type, int width) {
    Onnx.TensorShapeProto.Builder shape =
        Onnx.TensorShapeProto.newBuilder()
            .addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
            .addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(width));
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  OnnxFile operators(long version) {
    operators = version;
    return this;
  }

  OnnxFile output(String name, int type) {
    graph.addOutput(value(name, type, 1));
    return this;
  }

  private static Onnx.TensorProto tensor(String name, Constant constant) {
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE);
    for (int size : constant.shape()) {
      tensor.addDims(size);
    }
    for (float value : constant.values()) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  OnnxFile constant(String name, Constant constant) {
    graph.addInitializer(tensor(name, constant));
    return this;
  }

  OnnxFile constantNode(String name, Constant constant) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput(name)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(tensor("", constant))));
    return this;
  }

  Node node(String name, String operator, String output, String... inputs) {
    Onnx.NodeProto.Builder node =
        graph
            .addNodeBuilder()
            .setName(name)
            .setOpType(operator)
            .addOutput(output)
            .addAllInput(List.of(inputs));
    return new Node(node);
  }

  /** The node added last. */
  final class Node {
    private final Onnx.NodeProto.Builder node;

    private Node(Onnx.NodeProto.Builder node) {
      this.node = node;
    }

    Node number(String name, long value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.INT)
              .setI(value));
      return this;
    }

    Node real(String name, float value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.FLOAT)
              .setF(value));
      return this;
    }

    Node numbers(String name, long... values) {
      AttributeProto.Builder attribute =
          AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
      for (long value : values) {
        attribute.addInts(value);
      }
      node.addAttribute(attribute);
      return this;
    }

    Node reals(String name, float... values) {
      AttributeProto.Builder attribute =
          AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
      for (float value : values) {
        attribute.addFloats(value);
      }
      node.addAttribute(attribute);
      return this;
    }

    Node text(String name, String value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.STRING)
              .setS(org.nd4j.shade.protobuf.ByteString.copyFromUtf8(value)));
      return this;
    }

    Node domain(String name) {
      node.setDomain(name);
      return this;
    }

    Node alsoOutput(String name) {
      node.addOutput(name);
      return this;
    }

    Node alsoInput(String name) {
      graph.addInput(value(name, Onnx.TensorProto.DataType.FLOAT_VALUE, 4));
      return this;
    }
  }

  Onnx.ModelProto model() {
    Onnx.GraphProto.Builder whole = graph.clone();
    whole.addOutput(value("output", Onnx.TensorProto.DataType.FLOAT_VALUE, 1));
    return Onnx.ModelProto.newBuilder()
        .setIrVersion(7)
        .setProducerName("test")
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(operators))
        .setGraph(whole)
        .build();
  }

  Path write(Path folder) throws IOException {
    return Files.write(Files.createTempFile(folder, "model", ".bin"), model().toByteArray());
  }
}
