package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained model leaves Strata in every format, computes the same outside, and comes back. */
class ModelsExportTest {
  private static final String LAYERS =
      "network.layers=[{ type = dense, units = 4, activation = tanh, name = hidden },"
          + " { type = batch-norm, name = norm }, { type = output, name = kinds }]";

  @TempDir private Path folder;

  private Workbench bench;

  @BeforeEach
  void train() {
    bench = new Workbench(folder);
    bench
        .run(
            "train",
            "trained",
            LAYERS,
            "data.scaling=standard",
            "data.categorical=[side]",
            "data.path=" + sides())
        .expect(0);
  }

  /** The rows with a column of categories. */
  private String sides() {
    StringBuilder text = new StringBuilder();
    String[] lines = Workbench.rows(90).lines().toArray(String[]::new);
    for (int i = 0; i < lines.length; i++) {
      text.append(lines[i])
          .append(i == 0 ? ",side" : i % 4 == 0 ? ",left" : ",right")
          .append(System.lineSeparator());
    }
    return bench.write("sides.csv", text.toString()).toString();
  }

  private CommandResult export(String model, String output, String... options) {
    String[] words = new String[5 + options.length];
    System.arraycopy(
        new String[] {"models", "export", bench.path(model), "--output", bench.path(output)},
        0,
        words,
        0,
        5);
    System.arraycopy(options, 0, words, 5, options.length);
    return CommandResult.of(words);
  }

  private void imported(String output, String... settings) {
    List<String> words = new ArrayList<>(List.of("models", "import", "--output"));
    words.add(bench.path(output));
    words.addAll(List.of("--set", "import.preprocessing=" + bench.path("trained")));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    CommandResult.of(words.toArray(String[]::new)).expect(0);
  }

  @Test
  void weightsGoThereAndBackWithoutAChange() throws IOException {
    export("trained", "first.npz", "--format", "npz").expect(0);
    export("trained", "first.safetensors", "--format", "safetensors").expect(0);
    for (String file : List.of("first.npz", "first.safetensors")) {
      String name = file.replace('.', '-');
      imported(
          name,
          LAYERS,
          "import.from=" + bench.path(file),
          "network.input=4",
          "data.label=kind",
          "data.label-classes=[a, b, c]");
      export(name, name + ".npz", "--format", "npz").expect(0);
      assertThat(folder.resolve(name + ".npz"))
          .as(file)
          .hasSameBinaryContentAs(folder.resolve("first.npz"));
    }
  }

  @Test
  void onnxTakesColumnsAndGivesWhatExtractGives() throws OrtException, IOException {
    export("trained", "m.onnx", "--format", "onnx", "--layer", "hidden").expect(0);
    bench
        .run(
            "extract",
            "features",
            "model=" + bench.path("trained"),
            "data.path=" + bench.path("sides.csv"),
            "extract.layers=[hidden, kinds]")
        .expect(0);
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .selectExpr("cast(row as int) as row", "hidden", "kinds")
            .orderBy("row")
            .collectAsList();
    List<String> lines = Files.readAllLines(folder.resolve("sides.csv"));
    double[][] x = new double[rows.size()][1];
    double[][] y = new double[rows.size()][1];
    String[][] side = new String[rows.size()][1];
    for (int r = 0; r < x.length; r++) {
      String[] cells = lines.get(1 + rows.get(r).getInt(0)).split(",");
      x[r][0] = Double.parseDouble(cells[1]);
      y[r][0] = Double.parseDouble(cells[2]);
      side[r][0] = cells[4];
    }
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(bench.path("m.onnx"));
        OrtSession.Result result =
            session.run(
                Map.of(
                    "x", OnnxTensor.createTensor(runtime, x),
                    "y", OnnxTensor.createTensor(runtime, y),
                    "side", OnnxTensor.createTensor(runtime, side)))) {
      assertThat(session.getOutputNames())
          .containsExactly(
              "probabilities",
              "prediction",
              "probability.a",
              "probability.b",
              "probability.c",
              "hidden");
      float[][] kinds = (float[][]) result.get("probabilities").orElseThrow().getValue();
      float[][] hidden = (float[][]) result.get("hidden").orElseThrow().getValue();
      assertThat(rows).hasSize(90);
      for (int r = 0; r < rows.size(); r++) {
        assertRow(hidden[r], rows.get(r).getList(1));
        assertRow(kinds[r], rows.get(r).getList(2));
      }
    }
  }

  private static void assertRow(float[] found, List<Float> expected) {
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected.get(i), within(1e-5f));
    }
  }

  @Test
  void anImportedOnnxModelIsFineTuned() {
    export("trained", "m.onnx", "--format", "onnx", "--encoded-input").expect(0);
    imported("imported", "import.from=" + bench.path("m.onnx"));
    bench
        .run(
            "fine-tune",
            "tuned",
            "model=" + bench.path("imported"),
            "data.path=" + bench.path("sides.csv"),
            "fine-tune.freeze=1",
            "network.layers=[{ type = output }]")
        .expect(0);
    assertThat(folder.resolve("tuned/model/model.zip")).exists();
  }

  @Test
  void stockDl4jReadsTheExportedZip() throws IOException {
    export("trained", "stock.zip", "--format", "dl4j").expect(0);
    MultiLayerNetwork network = MultiLayerNetwork.load(folder.resolve("stock.zip").toFile(), false);
    assertThat(network.getLayerNames()).containsExactly("hidden", "norm", "kinds");
  }

  @Test
  void whatCannotBeExportedIsCodeTwo() {
    assertThat(export("trained", "m.x", "--format", "onx").expect(2).err())
        .contains("key: --format", "did you mean onnx?");
    assertThat(export("trained", "m.x", "--layer", "hidden").expect(2).err())
        .contains("key: --layer", "--format onnx");
    assertThat(export("trained", "m.x", "--format", "onnx", "--layer", "hiden").expect(2).err())
        .contains("key: --layer", "hiden", "hidden, norm, kinds");
    assertThat(folder.resolve("m.x")).doesNotExist();
    export("trained", "m.npz", "--format", "npz").expect(0);
    assertThat(export("trained", "m.npz", "--format", "npz").expect(2).err())
        .contains("already exists", "--overwrite");
    export("trained", "m.npz", "--format", "npz", "--overwrite").expect(0);
  }
}
