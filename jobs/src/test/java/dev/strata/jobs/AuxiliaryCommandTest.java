package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AuxiliaryCommandTest {
  private static final String LAYERS =
      "network.layers=[{ type = dense, units = 8, activation = tanh, name = hidden-1 },"
          + " { type = dense, units = 5, activation = tanh }]";

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  private CommandResult pretrain(String type, String output, String... more) {
    String[] settings = new String[more.length + 3];
    settings[0] = LAYERS;
    settings[1] = "task.type=" + type;
    settings[2] = "task.corruption=[{ type = replace-column, count = 1 }]";
    System.arraycopy(more, 0, settings, 3, more.length);
    return bench.run("pretrain-auxiliary", output, settings);
  }

  @Test
  void rowsBecomeAScoreThatRanksThemAboveCorruptedCopies() throws IOException {
    // Of 9 replaced values 4 give rows that no class has: at best about 0.72 are ranked right.
    bench.write("rows.csv", Workbench.rows(600));
    CommandResult pretrained = pretrain("max-margin", "out", "training.epochs=12");
    pretrained.expect(0);
    assertThat(pretrained.err())
        .contains(
            "data.label = kind is ignored", "Task max-margin", "score", "nothing-to-corrupt 0");
    RunResult result = result("out");
    assertThat(result.job()).isEqualTo("pretrain-auxiliary");
    assertThat(result.examplesSeen()).isEqualTo(12 * 360);
    assertThat(result.parameters()).isEqualTo(2 * 8 + 8 + 8 * 5 + 5 + 5 + 1);
    assertThat(result.metrics().get("train")).containsOnlyKeys("loss", "nothing-to-corrupt");
    for (String part : List.of("validation", "test")) {
      assertThat(result.metrics().get(part)).containsOnlyKeys("loss", "ranking-accuracy");
      assertThat(result.metrics().get(part).get("ranking-accuracy")).isGreaterThan(0.6);
    }
    assertThat(folder.resolve("out/report.html"))
        .content()
        .contains("<h1>strata pretrain-auxiliary</h1>", "ranking-accuracy");
    CommandResult status = CommandResult.of("status", "--output", bench.path("out"));
    assertThat(status.expect(0).out()).containsPattern("state +finished");

    ModelBundle bundle = bundle("out");
    assertThat(bundle.model().network().json()).doesNotContain("dev.strata");
    assertThat(bundle.preprocessing().classes()).isEmpty();
    assertThat(bundle.provenance().configuration()).containsEntry("task.type", "max-margin");
    assertThat(bundle.provenance().metrics()).isEqualTo(result.metrics());
    var stock =
        ModelSerializer.restoreMultiLayerNetwork(folder.resolve("out/model/model.zip").toFile());
    INDArray rows = Nd4j.createFromArray(new float[][] {{0.1f, 0.9f}, {0.5f, 0.4f}});
    var ours = (MultiLayerNetwork) bundle.model().newModel();
    assertThat(stock.output(rows)).isEqualTo(ours.output(rows));
    assertThat(stock.getLayerNames()).containsExactly("hidden-1", "dense-2", "score");
  }

  @Test
  void goodOrBadMeasuresAccuracyTooAndCanStopOnIt() {
    pretrain(
            "good-or-bad",
            "out",
            "task.bad-per-good=2",
            "training.early-stopping={ patience = 2, metric = ranking-accuracy }")
        .expect(0);
    Map<String, Double> test = result("out").metrics().get("test");
    assertThat(test).containsOnlyKeys("loss", "accuracy", "ranking-accuracy");
    assertThat(test.get("accuracy")).isBetween(0.3, 1.0);
  }

  @Test
  void theSameSeedGivesTheSameModelWhateverTheLabel() {
    pretrain("max-margin", "a").expect(0);
    pretrain("max-margin", "b", "data.label=null", "data.exclude=[kind]").expect(0);
    assertThat(result("b").modelSha256()).isEqualTo(result("a").modelSha256());
    pretrain("max-margin", "c", "seed=43").expect(0);
    assertThat(result("c").modelSha256()).isNotEqualTo(result("a").modelSha256());
    CommandResult again = pretrain("max-margin", "a");
    assertThat(again.expect(0).err()).contains("This run is already finished");
  }

  @Test
  void fineTuneReusesTheLowerLayersAndExtractWritesThem() {
    pretrain("max-margin", "out").expect(0);
    CommandResult tuned =
        bench.run("fine-tune", "tuned", "model=" + bench.path("out"), "network.layers=[]");
    tuned.expect(0);
    ModelBundle bundle = bundle("tuned");
    assertThat(((MultiLayerNetwork) bundle.model().newModel()).getLayerNames())
        .containsExactly("hidden-1", "dense-2", "output");
    assertThat(bundle.provenance().parentSha256()).isEqualTo(result("out").modelSha256());

    String model = "model=" + bench.path("out");
    bench
        .run("extract", "features", model, "data.label=null", "extract.layers=[dense-2, output]")
        .expect(0);
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .select("dense_2", "output")
            .collectAsList();
    assertThat(rows).hasSize(90);
    assertThat(rows.get(0).getList(0)).hasSize(5);
    assertThat(rows.get(0).getList(1)).hasSize(1);

    CommandResult evaluated = bench.run("evaluate", "evaluated", model);
    assertThat(evaluated.err())
        .contains("the model does not predict a label", "strata pretrain-auxiliary", "fine-tune");
    evaluated.expect(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task.type=null | task.type | good-or-bad",
        "task.type=max-margn | task.type | max-margin",
        "task.margin=0 | task.margin | a number > 0",
        "task.margin=-1 | task.margin | a number > 0",
        "task.bad-per-good=0 | task.bad-per-good | a number >= 1",
        "task.corruption=[] | task.corruption | bad samples need at least one corruption",
        "task.corruption=[{ type = replace-colum }] | task.corruption[0].type | replace-column",
        "task.corruption=[{ type = replace-column, count = 0 }] | task.corruption[0].count | 0",
        "task.corruption=[{ type = replace-column, count = 3 }] | task.corruption[0].count | at"
            + " most 2",
        "task.corruption=[{ type = replace-word }] | task.corruption[0].type | replace-word",
        "task.corruption=[{ class = com.example.None }] | task.corruption[0].class |"
            + " com.example.None",
        "task.augmentation=[{ type = flip }] | task.augmentation | []",
        "task.corruption=[{ type = replace-column, share = 0 }] | task.corruption[0].share | (0,"
            + " 1]",
        "task.embedding=50 | task.embedding | units of the embedding layer",
        "training.early-stopping.metric=accuracy | training.early-stopping.metric | loss,"
            + " ranking-accuracy",
        "init.from=runs/1 | init.from | starts from random weights",
        "task.marging=1 | task.marging | did you mean task.margin?",
        "network.layers=[] | network.layers | required key not set",
        "network.layers=[{type=dense,units=4},{type=output}] | network.layers[1].type | only"
            + " layers below the output",
        "network.layers=[{type=dense,units=0}] | network.layers[0].units | at least 1",
        "network.dl4j-json=x.json | network.dl4j-json | does not exist"
      })
  void aWrongKeyIsNamed(String setting, String key, String words) {
    CommandResult result = pretrain("max-margin", "out", setting);
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
  }

  @Test
  void settingsOfAnotherTaskAreNotPassedOver() {
    CommandResult margin = pretrain("good-or-bad", "out", "task.margin=2");
    assertThat(margin.expect(2).err()).contains("task.margin", "has no margin");
    pretrain("good-or-bad", "same", "task.margin=1", "training.epochs=1").expect(0);
    CommandResult pairs =
        pretrain("same-or-different", "out", "task.bad-per-good=2", "task.corruption=[]");
    assertThat(pairs.expect(2).err()).contains("task.bad-per-good", "uses no bad copies");
  }

  @Test
  void rowsThatWerePreparedWithoutCountingTheirValuesAreToldSo() {
    bench.run("prepare", "prepared").expect(0);
    String shards = "data.shards=" + bench.path("prepared/shards");
    CommandResult alone = pretrain("max-margin", "out", shards, "data.path=null");
    assertThat(alone.err()).contains("data.shards", "data.path").doesNotContain("\tat ");
    alone.expect(2);
    pretrain("max-margin", "both", shards, "training.epochs=1").expect(0);
  }

  @Test
  void textInANumericColumnIsNamed() throws IOException {
    String rows = Files.readString(folder.resolve("rows.csv"));
    bench.write("rows.csv", rows + "90,1.5,north,a\n");
    CommandResult result = pretrain("max-margin", "out", "data.features=[x, y]");
    assertThat(result.err()).contains("y", "north").doesNotContain("\tat ");
    result.expect(3);
  }

  @Test
  void checkDescribesTheTaskAndNeedsNoLabel() {
    String[] settings = {
      LAYERS,
      "task.type=good-or-bad",
      "task.bad-per-good=2",
      "task.corruption=[{ type = replace-column, count = 1 }]",
      "network.input=2",
      "data.label=null",
      "data.exclude=[kind]"
    };
    CommandResult result = bench.run("check", "out", settings);
    assertThat(result.expect(0).out())
        .contains("Auxiliary task:", "good-or-bad, 2 corrupted copies of each row: replace-column")
        .containsPattern("score +OutputLayer +identity +1 +6");
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
