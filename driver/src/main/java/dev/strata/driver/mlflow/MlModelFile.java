package dev.strata.driver.mlflow;

import dev.strata.executor.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onnx.Onnx;
import onnx.Onnx.TensorProto.DataType;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * The file {@code MLmodel} of a model in ONNX (source: MLflow Models, storage format): flavors onnx
 * and python_function, the signature with tensors named as in the graph, and where the example of
 * its input is.
 */
final class MlModelFile {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  static final String ENVIRONMENT = "python_env.yaml";
  static final String REQUIREMENTS = "requirements.txt";

  private MlModelFile() {}

  /**
   * @param onnx the file's bytes
   * @param folder of the model among the run's artifacts
   */
  static String of(byte[] onnx, String runId, Instant now, String folder)
      throws InvalidProtocolBufferException {
    Onnx.GraphProto graph = Onnx.ModelProto.parseFrom(onnx).getGraph();
    return String.join(
        "\n",
        "artifact_path: " + folder,
        "flavors:",
        "  onnx:",
        "    code: null",
        "    data: model.onnx",
        "    onnx_session_options: null",
        "    onnx_version: 1.15.0",
        "    providers:",
        "    - CPUExecutionProvider",
        "  python_function:",
        "    data: model.onnx",
        "    loader_module: mlflow.onnx",
        "    env:",
        "      virtualenv: " + ENVIRONMENT,
        "model_uuid: " + UUID.nameUUIDFromBytes(onnx).toString().replace("-", ""),
        "run_id: " + runId,
        "saved_input_example_info:",
        "  artifact_path: input_example.json",
        "  format: tf-serving",
        "  type: ndarray",
        "signature:",
        "  inputs: " + quoted(graph.getInputList()),
        "  outputs: " + quoted(graph.getOutputList()),
        "utc_time_created: '" + TIME.format(now) + "'",
        "");
  }

  /** The file {@code python_env.yaml}: of any version of Python. */
  static String environment() {
    return String.join(
        "\n", "build_dependencies:", "- pip", "dependencies:", "- -r " + REQUIREMENTS, "");
  }

  /** The file {@code requirements.txt}. */
  static String requirements() {
    return "mlflow\nonnx\nonnxruntime\n";
  }

  /** JSON as text of YAML. */
  private static String quoted(List<Onnx.ValueInfoProto> values) {
    List<Map<String, Object>> specs = new ArrayList<>();
    for (Onnx.ValueInfoProto value : values) {
      Onnx.TypeProto.Tensor tensor = value.getType().getTensorType();
      List<Long> shape = new ArrayList<>();
      tensor
          .getShape()
          .getDimList()
          .forEach(size -> shape.add(size.getDimParam().isEmpty() ? size.getDimValue() : -1L));
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("type", "tensor");
      spec.put("tensor-spec", Map.of("dtype", type(tensor.getElemType()), "shape", shape));
      spec.put("name", value.getName());
      specs.add(spec);
    }
    return "'" + Json.line(specs).replace("'", "''") + "'";
  }

  /** NumPy's name. */
  private static String type(int number) {
    return switch (DataType.forNumber(number)) {
      case DOUBLE -> "float64";
      case INT64 -> "int64";
      case UINT8 -> "uint8";
      case STRING -> "str";
      default -> "float32";
    };
  }
}
