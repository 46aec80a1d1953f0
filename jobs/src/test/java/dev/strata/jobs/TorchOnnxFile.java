package dev.strata.jobs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of an ONNX file as {@code torch.onnx.export} writes one of {@code
 * Sequential(OrderedDict(fc1=Linear(2, 4), act=Tanh(), fc2=Linear(4, 3), prob=Softmax(1)))} with a
 * dynamic first dimension, by hand (source: onnx.proto and the encoding of protocol buffers; names,
 * order and attributes as PyTorch 2 has them).
 *
 * <p>A field is a key, {@code number << 3 | kind}, and its value: kind 0 a varint, 2 a length and
 * as many bytes, 5 four bytes, little-endian. Weights are {@code [units, inputs]}, as Linear keeps
 * them, and Gemm transposes them ({@code transB = 1}).
 */
final class TorchOnnxFile {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private static final int FLOAT = 1;

  /** A message of protobuf, field by field. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private void varint(long value) {
      long rest = value;
      while (rest >= 0x80) {
        bytes.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    Message number(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message real(int field, float value) {
      varint((long) field << 3 | FOUR_BYTES);
      bytes.writeBytes(little(value));
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | LENGTH);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes.toByteArray());
    }
  }

  private static byte[] little(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private TorchOnnxFile() {}

  /**
   * @param kernel {@code [4, 2]}
   * @param bias of 4 units
   * @param top {@code [3, 4]}
   * @param shift of 3 units
   */
  static byte[] of(float[] kernel, float[] bias, float[] top, float[] shift) {
    Message graph =
        new Message()
            // GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12.
            .message(1, gemm("fc1", "input"))
            .message(1, node("/act/Tanh", "Tanh", "/act/Tanh_output_0", "/fc1/Gemm_output_0"))
            .message(1, gemm("fc2", "/act/Tanh_output_0"))
            .message(
                1,
                node("/prob/Softmax", "Softmax", "output", "/fc2/Gemm_output_0")
                    .message(5, attribute("axis", 2).number(3, 1)))
            .text(2, "main_graph")
            .message(5, tensor("fc1.weight", kernel, 4, 2))
            .message(5, tensor("fc1.bias", bias, 4))
            .message(5, tensor("fc2.weight", top, 3, 4))
            .message(5, tensor("fc2.bias", shift, 3))
            .message(11, value("input", 2))
            .message(12, value("output", 3));
    // ModelProto: ir_version = 1, producer_name = 2, producer_version = 3, graph = 7,
    // opset_import = 8 (OperatorSetIdProto: domain = 1, version = 2).
    Message model =
        new Message()
            .number(1, 8)
            .text(2, "pytorch")
            .text(3, "2.4.1")
            .message(7, graph)
            .message(8, new Message().text(1, "").number(2, 17));
    return model.bytes.toByteArray();
  }

  /** NodeProto: input = 1, output = 2, name = 3, op_type = 4, attribute = 5. */
  private static Message node(String name, String operator, String output, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(3, name).text(4, operator);
  }

  /** {@code alpha · x · transposed weight + beta · bias}. */
  private static Message gemm(String layer, String input) {
    String name = "/" + layer + "/Gemm";
    return node(name, "Gemm", name + "_output_0", input, layer + ".weight", layer + ".bias")
        .message(5, attribute("alpha", 1).real(2, 1))
        .message(5, attribute("beta", 1).real(2, 1))
        .message(5, attribute("transB", 2).number(3, 1));
  }

  /**
   * AttributeProto: name = 1, f = 2, i = 3, type = 20.
   *
   * @param type 1: FLOAT, 2: INT
   */
  private static Message attribute(String name, int type) {
    return new Message().text(1, name).number(20, type);
  }

  /** TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9. */
  private static Message tensor(String name, float[] values, int... shape) {
    Message tensor = new Message();
    for (int size : shape) {
      tensor.number(1, size);
    }
    return tensor.number(2, FLOAT).text(8, name).bytes(9, little(values));
  }

  /**
   * ValueInfoProto: name = 1, type = 2; TypeProto: tensor_type = 1; Tensor: elem_type = 1, shape =
   * 2; TensorShapeProto: dim = 1; Dimension: dim_value = 1, dim_param = 2.
   */
  private static Message value(String name, int width) {
    Message shape =
        new Message()
            .message(1, new Message().text(2, "batch"))
            .message(1, new Message().number(1, width));
    Message tensor = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }
}
