package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.api.FrozenFeatures;
import dev.strata.api.StrataClassifier;
import dev.strata.api.StrataClassifierModel;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions and answers, each with words of its own, and every command on them. */
class JoinedTextCommandTest {
  private static final String[] THINGS = {"film", "play", "story", "cast", "scene", "music"};
  private static final String LAYERS =
      """
      [
        { type = embedding, units = 6, name = words, vectors = "FOLDER/vectors.txt" }
        { type = convolution, units = 12, kernel = 5, activation = relu, name = windows }
        { type = pooling, function = max, name = text }
        { type = output }
      ]""";
  private static final String CONFIGURATION =
      """
      data {
        path = "FOLDER/rows.csv"
        label = agrees
        id = [row]
        text { column = [question, answer], empty = drop }
        split { validation = 0.2, test = 0.2 }
        blocks = 4
      }
      network { layers = LAYERS, updater { type = adam, learning-rate = 0.05 } }
      training { workers = 2, batch-size = 8, epochs = 5 }
      averaging.every = 4
      """;

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    bench.write(
        "c.conf", CONFIGURATION.replace("LAYERS", LAYERS).replace("FOLDER", folder.toString()));
    bench.write("rows.csv", rows());
    bench.write("vectors.txt", "good 1 1 1 1 1 1\nbad -1 -1 -1 -1 -1 -1\n");
    CommandResult trained = bench.run("train", "model").expect(0);
    assertThat(trained.err())
        .contains(
            "texts of the columns question, answer with separators, together of at most 8 words",
            "dropped-missing 1",
            "makes text the only feature: stars",
            "Vectors: 2 of ");
  }

  /** Whether the answer says what the question asks: neither column alone tells it. */
  private static String rows() {
    StringBuilder text = new StringBuilder("row,stars,question,answer,agrees\n");
    for (int i = 0; i < 240; i++) {
      String asked = i % 2 == 0 ? "good" : "bad";
      String said = i / 2 % 2 == 0 ? "good" : "bad";
      text.append(i).append(',').append(i % 5).append(",Is the ").append(THINGS[i % 6]).append(' ');
      text.append(asked).append("?,").append(i == 7 ? "" : "It is " + said);
      text.append(',').append(asked.equals(said) ? "yes" : "no").append('\n');
    }
    return text.append("240,1,?!,,no\n").toString();
  }

  private static RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  private static ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private static Dataset<Row> table(String path) {
    return LocalSpark.session().read().option("header", "true").csv(bench.path(path));
  }

  @Test
  void twoColumnsTellWhatNeitherTellsAlone() {
    assertThat(result("model").metrics().get("test").get("accuracy")).isGreaterThan(0.9);
    bench.run("train", "alone", "data.text.column=answer").expect(0);
    assertThat(result("alone").metrics().get("test").get("accuracy")).isLessThan(0.75);
    assertThat(bundle("model").provenance().configuration())
        .hasEntrySatisfying(
            "data.text.column", value -> assertThat(value).contains("question", "answer"));
    bench.run("evaluate", "measured", "model=" + bench.path("model")).expect(0);
    assertThat(result("measured").metrics().get("test"))
        .isEqualTo(result("model").metrics().get("test"));
  }

  @Test
  void anExportedNetworkTakesTheIdsOfBothColumns() {
    String[] export = {
      "models", "export", bench.path("model"), "--format", "onnx", "--output", bench.path("m.onnx")
    };
    assertThat(CommandResult.of(export).expect(3).err()).contains("question, answer");
    List<String> encoded = new ArrayList<>(List.of(export));
    encoded.add("--encoded-input");
    CommandResult.of(encoded.toArray(String[]::new)).expect(0);
  }

  @Test
  void parquetWithItsColumnsInAnotherOrderGivesTheSameModel() {
    table("rows.csv")
        .select("agrees", "answer", "row", "stars", "question")
        .orderBy(functions.col("row").desc())
        .repartition(3)
        .write()
        .parquet(bench.path("rows.parquet"));
    bench.run("train", "parquet", "data.path=" + bench.path("rows.parquet")).expect(0);
    assertThat(result("parquet").modelSha256()).isEqualTo(result("model").modelSha256());
  }

  @Test
  void newRowsAreReadByTheModelsColumnsWhereverTheyAre() {
    bench.write(
        "new.csv",
        "answer,agrees,question,row\nIt is good,yes,Is the film good?,1\nIt is bad,no,Is the zebra"
            + " good?,2\n,no,Is the film bad?,3\n,no,...,4\n");
    CommandResult extracted =
        bench
            .run(
                "extract",
                "features",
                "model=" + bench.path("model"),
                "data.path=" + bench.path("new.csv"),
                "extract.layers=[words, text]",
                "extract.predictions=true")
            .expect(0);
    assertThat(extracted.err()).contains("dropped for missing values: 1 row");
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .orderBy("row")
            .collectAsList();
    assertThat(rows).hasSize(3);
    assertThat(rows).extracting(row -> row.getAs("prediction")).startsWith("yes", "no");
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("words"))).hasSize(6 * 8);

    FrozenFeatures stage = new FrozenFeatures().setModel(bench.path("model")).setLayers("text");
    List<Row> staged =
        stage
            .transform(table("new.csv").where("row < 4").select("question", "row", "answer"))
            .orderBy("row")
            .collectAsList();
    for (int i = 0; i < 3; i++) {
      org.apache.spark.ml.linalg.Vector text = staged.get(i).getAs("text");
      List<Float> expected = rows.get(i).getList(rows.get(i).fieldIndex("text"));
      for (int j = 0; j < expected.size(); j++) {
        assertThat((float) text.apply(j)).isEqualTo(expected.get(j));
      }
    }
  }

  @Test
  void whatIsWrongIsNamedBeforeAnythingIsTrained() {
    assertThat(bench.run("check", "out", "data.text.column=[question, question]").expect(2).err())
        .contains("a text column twice (key: data.text.column");
    assertThat(bench.run("check", "out", "data.text.column=[qustion, answr]").expect(3).err())
        .contains("qustion (did you mean question?), answr (did you mean answer?)");
    assertThat(bench.run("check", "out", "data.features=[question, answer, stars]").expect(2).err())
        .contains("a network takes either words, or numbers and categories");
    CommandResult strict = bench.run("check", "out", "data.text.empty=error").expect(3);
    assertThat(strict.err())
        .contains(
            "column question has a text without words", "column answer has a text without words");
    String model = "model=" + bench.path("model");
    assertThat(
            bench
                .run(
                    "fine-tune",
                    "out",
                    model,
                    "network.layers=[]",
                    "data.text.column=[answer, question]")
                .expect(2)
                .err())
        .contains("data.text.column", "question, answer, the model's value");
  }

  @Test
  void sentencesAreCorruptedColumnByColumnAndTheirLayersReused() {
    String[] task = {
      "task={ type = good-or-bad, corruption = [{ type = swap-words }, { type = replace-word }] }",
      "data.label=null",
      "data.exclude=[agrees, stars]",
      "network.layers="
          + LAYERS
              .replace("{ type = output }", "")
              .replace("FOLDER", folder.toString())
              .replaceAll("\\s+", " ")
              .replace("} {", "}, {"),
      "training.epochs=3"
    };
    bench.run("pretrain-auxiliary", "task", task).expect(0);
    bench
        .run(
            "fine-tune",
            "tuned",
            "model=" + bench.path("task"),
            "network.layers=[]",
            "training.epochs=6")
        .expect(0);
    assertThat(bundle("tuned").preprocessing().layout().sources())
        .containsExactly("question", "answer");
    assertThat(result("tuned").metrics().get("test").get("accuracy")).isGreaterThan(0.8);
  }

  @Test
  void anEstimatorReadsTwoColumns() {
    Dataset<Row> rows =
        table("rows.csv").withColumn("label", functions.expr("double(agrees = 'yes')"));
    StrataClassifierModel fitted =
        new StrataClassifier()
            .setFeatureCols("answer", "question")
            .setLabelCol("label")
            .setWorkFolder(bench.path("work"))
            .setEpochs(1)
            .setSettings(
                "data.text={ column = [question, answer], empty = drop }",
                "network.layers=[{ type = embedding, units = 3 }, { type = pooling }, { type = output }]")
            .fit(rows);
    Dataset<Row> predicted = fitted.transform(rows.where("row < 20"));
    assertThat(predicted.select("prediction").count()).isEqualTo(20);
  }
}
