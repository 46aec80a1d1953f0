package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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

/** Tasks whose own layers are left out of the model, on a table of numbers and categories. */
class EncoderTaskTest {
  private static final String LAYERS =
      "network.layers=[{ type = dense, units = 8, name = hidden-1 },"
          + " { type = dense, units = 5, name = hidden-2 }]";

  private static final String COLUMNS = "data.categorical=[colour]";

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
    bench.write("rows.csv", rows(240));
  }

  /** Two numbers and a colour that go with the kind. */
  private static String rows(int count) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("row,x,y,colour,kind\n");
    for (int i = 0; i < count; i++) {
      int kind = i % 3;
      text.append(i)
          .append(',')
          .append(Math.round(100 * (kind + 0.3 * random.nextGaussian())))
          .append(',')
          .append(Math.round(100 * ((kind == 1 ? 2 : -1) + 0.3 * random.nextGaussian())))
          .append(',')
          .append(random.nextInt(5) > 0 ? List.of("red", "green", "blue").get(kind) : "red")
          .append(',')
          .append("abc".charAt(kind))
          .append('\n');
    }
    return text.toString();
  }

  private CommandResult pretrain(String type, String output, String... more) {
    String[] settings = new String[more.length + 4];
    settings[0] = LAYERS;
    settings[1] = "task.type=" + type;
    settings[2] = "training.batch-size=16";
    settings[3] = COLUMNS;
    System.arraycopy(more, 0, settings, 4, more.length);
    return bench.run("pretrain-auxiliary", output, settings);
  }

  @Test
  void contrastiveGivesAnEncoderThatStockDl4jLoads() throws IOException {
    CommandResult pretrained = pretrain("contrastive", "out", "training.epochs=20");
    pretrained.expect(0);
    assertThat(pretrained.err())
        .contains("data.label = kind is ignored", "Task contrastive", "nothing-to-corrupt 0");
    RunResult result = result("out");
    assertThat(result.parameters()).isEqualTo(5 * 8 + 8 + 8 * 5 + 5);
    for (String part : List.of("validation", "test")) {
      assertThat(result.metrics().get(part)).containsOnlyKeys("loss", "retrieval-accuracy");
      // By chance one of 16, and log 16 = 2.77.
      assertThat(result.metrics().get(part).get("retrieval-accuracy")).isGreaterThan(0.12);
      assertThat(result.metrics().get(part).get("loss")).isLessThan(2.6);
    }
    ModelBundle bundle = encoder("out");
    assertThat(bundle.provenance().configuration())
        .containsEntry("task.type", "contrastive")
        .containsEntry("task.projection.layers", "2");
  }

  @Test
  void maskEstimationGivesAnEncoderThatStockDl4jLoads() throws IOException {
    pretrain("mask-estimation", "out", "training.epochs=10").expect(0);
    RunResult result = result("out");
    assertThat(result.parameters()).isEqualTo(5 * 8 + 8 + 8 * 5 + 5);
    assertThat(result.metrics().get("validation"))
        .containsOnlyKeys("loss", "mask-accuracy", "reconstruction-loss");
    assertThat(result.metrics().get("validation").get("mask-accuracy")).isBetween(0.4, 1.0);
    encoder("out");
  }

  private ModelBundle encoder(String output) throws IOException {
    ModelBundle bundle = bundle(output);
    assertThat(bundle.model().network().json()).doesNotContain("dev.strata");
    var stock =
        ModelSerializer.restoreMultiLayerNetwork(
            folder.resolve(output + "/model/model.zip").toFile());
    INDArray rows = Nd4j.createFromArray(new float[][] {{0.1f, 0.9f, 0, 1, 0}});
    var ours = (MultiLayerNetwork) bundle.model().newModel();
    assertThat(stock.output(rows)).isEqualTo(ours.output(rows));
    assertThat(stock.getLayerNames()).containsExactly("hidden-1", "hidden-2");
    return bundle;
  }

  @Test
  void allLayersAreReusedAndExtracted() {
    pretrain("contrastive", "out").expect(0);
    String model = "model=" + bench.path("out");
    bench.run("fine-tune", "tuned", model, "network.layers=[]").expect(0);
    assertThat(((MultiLayerNetwork) bundle("tuned").model().newModel()).getLayerNames())
        .containsExactly("hidden-1", "hidden-2", "output");
    bench
        .run("extract", "features", model, "data.label=null", "extract.layers=[hidden-2]")
        .expect(0);
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .select("hidden_2")
            .collectAsList();
    assertThat(rows).hasSize(240);
    assertThat(rows.get(0).getList(0)).hasSize(5);
    CommandResult evaluated = bench.run("evaluate", "evaluated", model);
    assertThat(evaluated.err()).contains("the model does not predict a label", "fine-tune");
    evaluated.expect(2);
  }

  @Test
  void theSameSeedGivesTheSameModelAndTheProjectionIsPartOfTheTraining() {
    pretrain("contrastive", "a").expect(0);
    pretrain("contrastive", "b").expect(0);
    assertThat(result("b").modelSha256()).isEqualTo(result("a").modelSha256());
    pretrain("contrastive", "c", "task.projection={ layers = 1, units = 3 }").expect(0);
    assertThat(result("c").parameters()).isEqualTo(result("a").parameters());
    assertThat(result("c").modelSha256()).isNotEqualTo(result("a").modelSha256());
  }

  @Test
  void trainingStopsOnAMetricOfTheTask() {
    pretrain(
            "contrastive",
            "a",
            "training.early-stopping={ patience = 2, metric = retrieval-accuracy }")
        .expect(0);
    pretrain(
            "mask-estimation",
            "b",
            "training.early-stopping={ patience = 2, metric = mask-accuracy }")
        .expect(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contrastive | task.temperature=0 | task.temperature | a number > 0",
        "contrastive | task.projection.layers=0 | task.projection.layers | a number >= 1",
        "contrastive | task.projection.units=0 | task.projection.units | a number >= 1",
        "contrastive | task.projection.activation=relu | task.projection.activation | unknown",
        "contrastive | task.margin=2 | task.margin | has no margin",
        "contrastive | task.bad-per-good=2 | task.bad-per-good | makes one copy of each row",
        "contrastive | task.embedding=8 | task.embedding | keeps the layers of network.layers",
        "contrastive | task.reconstruction-weight=1 | task.reconstruction-weight | reconstructs"
            + " nothing",
        "mask-estimation | task.augmentation=[{ type = flip }] | task.augmentation | []",
        "contrastive | training.batch-size=1 | training.batch-size | at least 2 rows per worker",
        "contrastive | training.global-batch-size=2 | training.global-batch-size | at least 2",
        "contrastive | training.early-stopping.metric=mask-accuracy |"
            + " training.early-stopping.metric | loss, retrieval-accuracy",
        "contrastive | network.layers=[{ type = dropout, rate = 0.1 }] | network.layers | at least"
            + " one layer of type dense",
        "contrastive | task.corruption=[{ type = resample-column, share = 2 }] |"
            + " task.corruption[0].share | (0, 1]",
        "contrastive | task.corruption=[{ type = replace-word }] | task.corruption[0].type |"
            + " replace-word",
        "mask-estimation | task.reconstruction-weight=-1 | task.reconstruction-weight | a number"
            + " >= 0",
        "mask-estimation | task.temperature=0.7 | task.temperature | has no temperature",
        "mask-estimation | task.projection.layers=3 | task.projection.layers | has no projection",
        "max-margin | task.temperature=0.7 | task.temperature | has no temperature",
        "max-margin | task.projection.units=3 | task.projection.units | has no projection",
        "contrastiv | task.margin=1 | task.type | contrastive"
      })
  void aWrongKeyIsNamed(String type, String setting, String key, String words) {
    CommandResult result = pretrain(type, "out", setting);
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
  }

  @Test
  void aWholeNetworkCannotBeGiven() {
    bench.write("network.json", "{}");
    CommandResult result =
        pretrain("contrastive", "out", "network.dl4j-json=" + bench.path("network.json"));
    assertThat(result.err()).contains("network.dl4j-json", "layers that the model leaves out");
    result.expect(2);
  }

  @Test
  void textsAreSentToOtherTasks() {
    bench.write("rows.csv", "row,words,kind\n1,a b,x\n2,b c,y\n3,c a,x\n4,a c,y\n5,b a,x\n");
    CommandResult result =
        pretrain(
            "contrastive",
            "out",
            "data.text.column=words",
            "data.categorical=[]",
            "network.layers=[{type=embedding,units=3},{type=pooling},{type=dense,units=2}]");
    assertThat(result.err()).contains("task.type", "needs numbers or images, not text");
    result.expect(2);
  }

  @Test
  void checkShowsWhatTheModelWillBe() {
    String[] settings = {
      LAYERS,
      COLUMNS,
      "task.type=contrastive",
      "network.input=5",
      "data.label=null",
      "data.exclude=[kind]"
    };
    CommandResult result = bench.run("check", "out", settings);
    assertThat(result.expect(0).out())
        .contains(
            "contrastive, 1 corrupted copy of each row: resample-column",
            "no part of the model",
            "hidden-2")
        .doesNotContain("projection");
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
