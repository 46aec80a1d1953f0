package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PretrainCommandTest {
  private static final String LAYERS =
      "pretrain.layers=[{units=5, corruption{type=masking,rate=0.2}},"
          + " {units=4, kind=rbm, updater{type=momentum,learning-rate=0.1}},"
          + " {units=3, name=top, epochs=3}]";

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  private CommandResult pretrain(String output, String... more) {
    String[] settings = new String[more.length + 3];
    settings[0] = LAYERS;
    settings[1] = "data.scaling=min-max";
    settings[2] = "network.layers=[]";
    System.arraycopy(more, 0, settings, 3, more.length);
    return bench.run("pretrain", output, settings);
  }

  @Test
  void rowsBecomeAnEncoderThatStockDl4jLoadsWithItsDecoderBeside() throws IOException {
    CommandResult pretrained = pretrain("out");
    pretrained.expect(0);
    assertThat(pretrained.err())
        .contains(
            "data.label = kind is ignored",
            "Layer 1 of 3, hidden-1: autoencoder of 5 units on 2 inputs.",
            "Layer 2 of 3, hidden-2: rbm of 4 units on 5 inputs.",
            "Layer 3 of 3, top: autoencoder of 3 units on 4 inputs.");
    RunResult result = result("out");
    assertThat(result.job()).isEqualTo("pretrain");
    assertThat(result.epochs()).isEqualTo(2 + 2 + 3);
    assertThat(result.examplesSeen()).isEqualTo(7 * 54);
    assertThat(result.parameters()).isEqualTo(2 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3);
    assertThat(result.metrics().get("train"))
        .containsOnlyKeys("hidden-1.loss", "hidden-2.loss", "top.loss");
    assertThat(result.metrics().get("validation"))
        .containsKeys("loss", "hidden-1.loss", "hidden-2.free-energy-gap", "top.cross-entropy");
    assertThat(folder.resolve("out/activations")).doesNotExist();
    assertThat(folder.resolve("out/layers/layer-3")).isDirectory();
    assertThat(folder.resolve("out/report.html"))
        .content()
        .contains("<h1>strata pretrain</h1>", "Originals and reconstructions", "Loss of ");
    for (String picture : List.of("filters.png", "reconstructions.png", "loss.svg")) {
      assertThat(folder.resolve("out/pictures/" + picture)).isNotEmptyFile();
    }
    assertThat(Files.readString(folder.resolve("out/history.jsonl")))
        .contains("\"layer\":\"hidden-2\"", "\"phase\":\"layer-3\"", "free-energy-gap");
    CommandResult status = CommandResult.of("status", "--output", bench.path("out"));
    assertThat(status.expect(0).out()).containsPattern("state +finished");

    ModelBundle bundle = bundle("out");
    assertThat(bundle.preprocessing().classes()).isEmpty();
    assertThat(bundle.provenance().layers())
        .extracting(PretrainedLayer::name)
        .containsExactly("hidden-1", "hidden-2", "top");
    assertThat(bundle.provenance().layers().get(0).settings())
        .containsEntry("model.settings.corruption.rate", "0.2");
    Decoder decoder = bundle.decoder().orElseThrow();
    assertThat(decoder.layers()).extracting("units").containsExactly(4, 5, 2);
    var stock =
        ModelSerializer.restoreMultiLayerNetwork(folder.resolve("out/model/model.zip").toFile());
    INDArray rows = Nd4j.createFromArray(new float[][] {{0.1f, 0.9f}, {0.5f, 0.4f}});
    var ours = (MultiLayerNetwork) bundle.model().newModel();
    assertThat(stock.output(rows)).isEqualTo(ours.output(rows));
    var back = (MultiLayerNetwork) decoder.network().newModel(decoder.parameters().toFloats());
    assertThat(back.output(ours.output(rows)).shape()).containsExactly(2, 2);
  }

  @Test
  void swapNoiseTrainsOtherLayersAlwaysTheSameOnes() {
    String layers = "pretrain.layers=[{units=5, corruption{type=%1$s,rate=0.3}}, {units=4}]";
    for (String output : List.of("swap-1", "swap-2")) {
      pretrain(output, layers.formatted("swap")).expect(0);
    }
    pretrain("none", layers.formatted("none")).expect(0);
    assertThat(result("swap-2").modelSha256()).isEqualTo(result("swap-1").modelSha256());
    assertThat(result("none").modelSha256()).isNotEqualTo(result("swap-1").modelSha256());
  }

  @Test
  void theEncodersLayersCanBeExtracted() {
    pretrain("out").expect(0);
    bench
        .run(
            "extract",
            "features",
            "model=" + bench.path("out"),
            "data.label=null",
            "extract.layers=[hidden-1, output]")
        .expect(0);
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .selectExpr("cast(row as int) as row", "hidden_1", "output")
            .orderBy("row")
            .collectAsList();
    assertThat(rows).hasSize(90);
    assertThat(rows.get(0).getList(1)).hasSize(5);
    assertThat(rows.get(0).getList(2)).hasSize(3);
  }

  @Test
  void theSameSeedGivesTheSameModelWhateverTheLabel() {
    pretrain("a").expect(0);
    pretrain("b", "data.label=null", "data.exclude=[kind]").expect(0);
    assertThat(result("b").modelSha256()).isEqualTo(result("a").modelSha256());
    pretrain("c", "seed=43").expect(0);
    assertThat(result("c").modelSha256()).isNotEqualTo(result("a").modelSha256());
  }

  @Test
  void unrollingTrainsTheStackEndToEnd() {
    pretrain("plain", "pretrain.keep-activations=true").expect(0);
    assertThat(folder.resolve("plain/activations/layer-2/validation/manifest.json")).exists();
    CommandResult unrolled =
        pretrain("out", "pretrain.unroll={ epochs = 30, updater.learning-rate = 0.02 }");
    unrolled.expect(0);
    assertThat(unrolled.err()).contains("Training the whole stack end to end.");
    double before = result("plain").metrics().get("validation").get("loss");
    double after = result("out").metrics().get("validation").get("loss");
    assertThat(after).isLessThan(before);
    assertThat(result("out").metrics().get("validation").get("unroll.loss"))
        .isCloseTo(after, within(1e-6));
    assertThat(bundle("out").provenance().layers()).hasSize(4);
  }

  @Test
  void labelledShardsAreLeftAloneAndUnlabelledOnesShared() throws IOException {
    String shards = "data.shards=" + bench.path("shards");
    bench.run("prepare", "prepared", shards, "data.scaling=min-max").expect(0);
    String prepared = Files.readString(folder.resolve("shards/prepared.json"));
    assertThat(pretrain("own", shards).expect(0).err()).contains("own/shards");
    assertThat(folder.resolve("shards/prepared.json")).hasContent(prepared);

    String other = "data.shards=" + bench.path("unlabelled");
    assertThat(pretrain("first", other).expect(0).err()).contains("prepared in");
    assertThat(pretrain("second", other).expect(0).err()).contains("already prepared");
    assertThat(folder.resolve("second/shards")).doesNotExist();
    assertThat(result("second").modelSha256()).isEqualTo(result("own").modelSha256());
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
