package dev.strata.driver.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.TensorProto.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime, where it is on the class path: Strata does not bring it (92 MB of natives), as
 * nothing but a second opinion on exported files depends on it.
 */
public final class OnnxRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntime.class);

  private OnnxRuntime() {}

  /**
   * @param file an ONNX file's bytes
   * @param inputs by their names
   * @return all outputs by their names, in their order; empty where ONNX Runtime is not there
   * @throws IllegalStateException where ONNX Runtime rejects the file
   */
  public static Optional<Map<String, OnnxValue>> run(byte[] file, Map<String, OnnxValue> inputs) {
    try {
      return Optional.of(Session.run(file, inputs));
    } catch (LinkageError e) {
      LOG.debug("ONNX Runtime is not on the class path", e);
      return Optional.empty();
    }
  }

  /** Apart, so that the class above links without ONNX Runtime. */
  private static final class Session {
    static Map<String, OnnxValue> run(byte[] file, Map<String, OnnxValue> inputs) {
      OrtEnvironment runtime = OrtEnvironment.getEnvironment();
      Map<String, OnnxTensor> tensors = new HashMap<>();
      try (OrtSession session = runtime.createSession(file)) {
        for (Map.Entry<String, OnnxValue> input : inputs.entrySet()) {
          if (session.getInputNames().contains(input.getKey())) {
            tensors.put(input.getKey(), tensor(runtime, input.getValue()));
          }
        }
        try (OrtSession.Result result = session.run(tensors)) {
          Map<String, OnnxValue> outputs = new LinkedHashMap<>();
          for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
            outputs.put(output.getKey(), value(output.getValue().getValue()));
          }
          return outputs;
        }
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime rejects the file: " + e.getMessage(), e);
      } finally {
        tensors.values().forEach(OnnxTensor::close);
      }
    }

    private static OnnxTensor tensor(OrtEnvironment runtime, OnnxValue value) throws OrtException {
      long[] shape = Arrays.stream(value.shape()).asLongStream().toArray();
      if (value.texts() != null) {
        return OnnxTensor.createTensor(runtime, value.texts(), shape);
      }
      double[] numbers = value.numbers();
      if (value.type() == DataType.DOUBLE) {
        return OnnxTensor.createTensor(runtime, DoubleBuffer.wrap(numbers), shape);
      }
      if (value.type() == DataType.INT64) {
        long[] whole = Arrays.stream(numbers).mapToLong(number -> (long) number).toArray();
        return OnnxTensor.createTensor(runtime, LongBuffer.wrap(whole), shape);
      }
      if (value.type() == DataType.UINT8) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(numbers.length);
        for (double number : numbers) {
          bytes.put((byte) (int) number);
        }
        return OnnxTensor.createTensor(runtime, bytes.flip(), shape, OnnxJavaType.UINT8);
      }
      float[] floats = new float[numbers.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) numbers[i];
      }
      return OnnxTensor.createTensor(runtime, FloatBuffer.wrap(floats), shape);
    }

    private static OnnxValue value(Object found) {
      if (found instanceof String[] texts) {
        return OnnxValue.of(new int[] {texts.length}, texts);
      }
      float[][] rows = (float[][]) found;
      int width = rows.length == 0 ? 0 : rows[0].length;
      double[] numbers = new double[rows.length * width];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = rows[i / width][i % width];
      }
      return OnnxValue.of(DataType.FLOAT, new int[] {rows.length, width}, numbers);
    }
  }
}
