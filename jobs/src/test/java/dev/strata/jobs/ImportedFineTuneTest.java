package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasWeightsFiles;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/models.md on files as Keras 3 and PyTorch write them, byte by byte from the
 * documented layouts: import, evaluate, a new output layer on the frozen one. The frozen layer's
 * outputs are those of the file, computed in plain loops.
 */
class ImportedFineTuneTest {
  private static final List<String> CLASSES =
      List.of("data.features=[x, y]", "data.label=kind", "data.label-classes=[a,b,c]");

  @TempDir private Path folder;

  private final Random random = new Random(20);
  private Workbench bench;

  @BeforeEach
  void rows() {
    bench = new Workbench(folder);
  }

  private float[] random(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void anOnnxModelOfPyTorch() throws IOException, OrtException {
    float[] kernel = random(8);
    float[] bias = random(4);
    byte[] file = TorchOnnxFile.of(kernel, bias, random(12), random(3));
    Files.write(folder.resolve("model.onnx"), file);
    assertIsOnnx(file);
    imported("model.onnx", "imported");
    fineTuned("imported", "tuned");
    for (String model : List.of("imported", "tuned")) {
      assertFeatures(model, "fc1", kernel, bias);
    }
  }

  /** The bytes are a model to another program too. */
  private static void assertIsOnnx(byte[] file) throws OrtException {
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(file);
        OnnxTensor input = OnnxTensor.createTensor(runtime, new float[5][2]);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      assertThat((float[][]) result.get(0).getValue()).hasDimensions(5, 3);
    }
  }

  @Test
  void aKeras3Model() throws IOException {
    KerasModelFile keras =
        KerasModelFile.sequential(
            Version.THIRD,
            "2",
            KerasModelFile.dense("inner", 4, "tanh"),
            KerasModelFile.dense("kinds", 3, "softmax"));
    // Keras has weights as [inputs, units].
    float[] kernel = keras.random("inner", "kernel", 2, 4).values();
    float[] bias = keras.random("inner", "bias", 4).values();
    keras.random("kinds", "kernel", 4, 3);
    keras.random("kinds", "bias", 3);
    new KerasWeightsFiles(keras).writeKeras(folder.resolve("model.keras"));
    imported("model.keras", "keras");
    fineTuned("keras", "keras-tuned");
    float[] turned = new float[8];
    for (int i = 0; i < 8; i++) {
      turned[i % 4 * 2 + i / 4] = kernel[i];
    }
    for (String model : List.of("keras", "keras-tuned")) {
      assertFeatures(model, "inner", turned, bias);
    }
  }

  @Test
  void aStateOfPyTorch() throws IOException {
    float[] kernel = random(8);
    float[] bias = random(4);
    Files.write(folder.resolve("state.safetensors"), state(kernel, bias, random(12), random(3)));
    imported(
        "state.safetensors",
        "state",
        "network.input=2",
        "network.layers=[{ type = dense, units = 4, activation = tanh, name = fc1 },"
            + " { type = output, name = fc2 }]");
    assertFeatures("state", "fc1", kernel, bias);
  }

  /** Length of the header, header, tensors side by side (source: format of safetensors). */
  private static byte[] state(float[]... tensors) {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"fc1.weight\":{\"dtype\":\"F32\",\"shape\":[4,2],\"data_offsets\":[0,32]},"
            + "\"fc1.bias\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[32,48]},"
            + "\"fc2.weight\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[48,96]},"
            + "\"fc2.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[96,108]}}";
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + text.length + 108).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    for (float[] tensor : tensors) {
      for (float value : tensor) {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }

  private void imported(String file, String output, String... settings) {
    List<String> words =
        new ArrayList<>(
            List.of("models", "import", bench.path(file), "--output", bench.path(output)));
    List<String> all = new ArrayList<>(CLASSES);
    all.addAll(List.of(settings));
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    CommandResult.of(words.toArray(String[]::new)).expect(0);
    assertThat(
            bench
                .run(
                    "evaluate",
                    output + "-evaluated",
                    "model=" + bench.path(output),
                    "evaluation.part=test")
                .expect(0)
                .out())
        .contains("accuracy");
  }

  private void fineTuned(String model, String output) {
    CommandResult tuned =
        CommandResult.of(
                "fine-tune",
                "--config",
                bench.path("c.conf"),
                "--model",
                bench.path(model),
                "--output",
                bench.path(output),
                "--set",
                "fine-tune.freeze=1",
                "--set",
                "network.layers=[{ type = output }]")
            .expect(0);
    assertThat(tuned.out()).contains("accuracy");
  }

  /**
   * @param kernel {@code [4, 2]}
   */
  private void assertFeatures(String model, String layer, float[] kernel, float[] bias) {
    bench
        .run(
            "extract",
            model + "-features",
            "model=" + bench.path(model),
            "extract.layers=[" + layer + "]")
        .expect(0);
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path(model + "-features/features"))
            .selectExpr("cast(row as int) as row", layer)
            .orderBy("row")
            .collectAsList();
    String[] source = Workbench.rows(90).split("\n");
    assertThat(rows).hasSize(90);
    for (int r = 0; r < rows.size(); r++) {
      String[] cells = source[r + 1].trim().split(",");
      List<Float> found = rows.get(r).getList(1);
      for (int unit = 0; unit < 4; unit++) {
        double sum =
            bias[unit]
                + Float.parseFloat(cells[1]) * kernel[2 * unit]
                + Float.parseFloat(cells[2]) * kernel[2 * unit + 1];
        assertThat((double) found.get(unit))
            .as("%s, row %d, unit %d", model, r, unit)
            .isCloseTo(Math.tanh(sum), within(1e-5));
      }
    }
  }
}
