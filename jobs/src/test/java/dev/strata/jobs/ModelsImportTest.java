package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An imported model is a model like any other. */
class ModelsImportTest {
  @TempDir private Path folder;

  private Path keras;
  private Weights kernel;
  private Weights bias;

  @BeforeEach
  void writeModel() {
    KerasModelFile model =
        KerasModelFile.sequential(
            Version.THIRD,
            "2",
            KerasModelFile.dense("inner", 4, "relu"),
            KerasModelFile.dense("kinds", 3, "softmax"));
    kernel = model.random("inner", "kernel", 2, 4);
    bias = model.random("inner", "bias", 4);
    model.random("kinds", "kernel", 4, 3);
    model.random("kinds", "bias", 3);
    keras = model.write(folder.resolve("model.h5"));
  }

  @Test
  void aKerasModelIsEvaluatedExtractedAndFineTuned() throws IOException {
    Workbench bench = new Workbench(folder);
    CommandResult imported =
        CommandResult.of(
                "models",
                "import",
                keras.toString(),
                "--output",
                bench.path("imported"),
                "--set",
                "data.features=[x, y]",
                "--set",
                "data.label=kind",
                "--set",
                "data.label-classes=[a, b, c]")
            .expect(0);
    assertThat(imported.out()).contains("Imported into", "imported/model");
    assertThat(imported.err()).contains("(keras)", "inner", "kinds", "not compared");
    String model = "model=" + bench.path("imported");

    assertThat(CommandResult.of("models", "show", bench.path("imported")).expect(0).out())
        .contains("by models import", "import.from = " + keras);
    CommandResult evaluated =
        bench.run("evaluate", "evaluated", model, "evaluation.part=test").expect(0);
    assertThat(evaluated.out()).contains("accuracy");
    bench.run("extract", "features", model, "extract.layers=[inner]").expect(0);
    checkFeatures(bench);
    bench
        .run(
            "fine-tune", "tuned", model, "fine-tune.freeze=1", "network.layers=[{ type = output }]")
        .expect(0);
  }

  /** Against plain loops over the weights of the Keras file. */
  private void checkFeatures(Workbench bench) {
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .selectExpr("cast(row as int) as row", "inner")
            .orderBy("row")
            .collectAsList();
    assertThat(rows).hasSize(90);
    String[] source = Workbench.rows(90).split("\n");
    for (int r = 0; r < rows.size(); r++) {
      String[] cells = source[r + 1].trim().split(",");
      List<Float> found = rows.get(r).getList(1);
      for (int unit = 0; unit < 4; unit++) {
        double sum =
            bias.values()[unit]
                + Float.parseFloat(cells[1]) * kernel.values()[unit]
                + Float.parseFloat(cells[2]) * kernel.values()[4 + unit];
        assertThat((double) found.get(unit)).isCloseTo(Math.max(0, sum), within(1e-5));
      }
    }
  }

  @Test
  void whatCannotBeImportedHasTheContractsCodes() throws IOException {
    assertThat(CommandResult.of("models", "import", "--output", output("none")).expect(2).err())
        .contains("import.from");
    assertThat(
            CommandResult.of("models", "import", folder + "/no.h5", "--output", output("missing"))
                .expect(2)
                .err())
        .contains("import.from", "file not found");
    assertThat(
            CommandResult.of(
                    "models",
                    "import",
                    keras.toString(),
                    "--output",
                    output("wide"),
                    "--set",
                    "data.features=[x, y, z]")
                .expect(2)
                .err())
        .contains("data.features", "3 columns", "2 numbers");
    Path broken = Files.write(folder.resolve("broken.h5"), new byte[] {1, 2, 3});
    assertThat(
            CommandResult.of("models", "import", broken.toString(), "--output", output("out"))
                .expect(3)
                .err())
        .contains("unsupported file format", "broken.h5");
    assertThat(Files.exists(folder.resolve("out/model/manifest.json"))).isFalse();
    assertThat(Files.exists(folder.resolve("out/failure.json"))).isTrue();
  }

  @Test
  void aRefusedImportIsRepeatedWithOtherSettingsInTheSameFolder() throws IOException {
    String[] wrong = {
      "models",
      "import",
      keras.toString(),
      "--output",
      output("out"),
      "--set",
      "data.features=[x, y, z]"
    };
    CommandResult.of(wrong).expect(2);
    CommandResult.of(wrong).expect(2);
    String[] right = wrong.clone();
    right[6] = "data.features=[x, y]";
    CommandResult.of(right).expect(0);
    assertThat(folder.resolve("out/failure.json")).doesNotExist();
    assertThat(CommandResult.of(wrong).expect(2).err())
        .as("a finished one stays")
        .contains("with other settings", "--overwrite");
    CommandResult.of(right).expect(0);
  }

  @Test
  void aFinishedImportThatRecordedTheFormerLayoutOfWeightsIsRepeated() {
    imported("former", "import.weights-order=in-out");
    imported("former");
    assertThat(command("former", "import.weights-order=out-in").expect(2).err())
        .contains("import.weights-order", "--overwrite");
    Workbench bench = new Workbench(folder);
    bench.run("train", "trained", "import.weights-order=in-out").expect(0);
    bench.run("train", "trained").expect(0);
  }

  @Test
  void settingsThatAnImportCannotFollowAreRefusedAndTheOthersHold() {
    Workbench bench = new Workbench(folder);
    refused("data.missing.numeric=mean", "error, constant or drop");
    refused("data.categorical=[x]", "data.categorical", "import.preprocessing");
    refused("data.text.column=x", "data.text.column");
    imported("dropping", "data.missing.numeric=drop");
    bench.write("gap.csv", "row,x,y\n1,2,3\n2,,3\n");
    String gap = "data.path=" + bench.path("gap.csv");
    String model = "model=" + output("dropping");
    assertThat(bench.run("extract", "out", model, gap, "extract.layers=[inner]").expect(0).err())
        .contains("1 row in", "dropped for missing values: 1 row");

    bench.run("train", "trained").expect(0);
    String given = "import.preprocessing=" + bench.path("trained");
    refused(given, "data.label-classes", "[c, b, a]", "data.label-classes=[c, b, a]");
    refused(given, "data.scaling", "data.scaling=divide-by");
    imported("given", given, "data.label-classes=[a, b, c]");
  }

  private CommandResult command(String output, String... settings) {
    List<String> words = new ArrayList<>(List.of("models", "import", keras.toString()));
    words.addAll(List.of("--output", output(output), "--set", "data.features=[x, y]"));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    return CommandResult.of(words.toArray(String[]::new));
  }

  private void imported(String output, String... settings) {
    command(output, settings).expect(0);
  }

  /** With the first setting, and what else of the texts is one; the others are told. */
  private void refused(String setting, String... texts) {
    List<String> settings = new ArrayList<>(List.of(setting));
    Arrays.stream(texts).filter(text -> text.contains("=")).forEach(settings::add);
    assertThat(command("refused", settings.toArray(String[]::new)).expect(2).err())
        .contains(Arrays.stream(texts).filter(text -> !text.contains("=")).toList());
  }

  private String output(String name) {
    return folder.resolve(name).toString();
  }
}
