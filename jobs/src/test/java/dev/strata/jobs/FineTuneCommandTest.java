package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.round.StateVector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of three classes becomes one of two others. */
class FineTuneCommandTest {
  private static final String LAYERS =
      "network.layers=[{type=dense,units=6,activation=tanh,name=first},"
          + "{type=dense,units=4,activation=tanh,name=second},{type=output}]";
  private static final long FIRST = 2 * 6 + 6;
  private static final long SECOND = 6 * 4 + 4;

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    bench.write("sides.csv", sides());
    bench.run("train", "model", LAYERS, "data.scaling=standard").expect(0);
  }

  /** The same rows under another label: left or right. */
  private static String sides() {
    String[] rows = Workbench.rows(90).split("\n");
    List<String> lines = new ArrayList<>(List.of("x,row,side,y"));
    for (String row : Arrays.asList(rows).subList(1, rows.length)) {
      String[] cells = row.trim().split(",");
      String side = Double.parseDouble(cells[1]) < 0.5 ? "left" : "right";
      lines.add(String.join(",", cells[1], cells[0], side, cells[2]));
    }
    return lines.stream().collect(Collectors.joining("\n")) + "\n";
  }

  private CommandResult fineTune(String output, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model=" + bench.path("model"),
                "data.path=" + bench.path("sides.csv"),
                "data.label=side",
                "network.layers=[]",
                "training.epochs=8"));
    all.addAll(List.of(settings));
    return bench.run("fine-tune", output, all.toArray(String[]::new));
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @Test
  void theWholeModelIsTrainedForAnotherLabelAndUsedLikeAnyOther() throws Exception {
    CommandResult tuned = fineTune("tuned", "fine-tune.dropout.hidden=0.1").expect(0);
    assertThat(tuned.err()).contains(": first, second; all layers trained");
    RunResult result = result("tuned");
    assertThat(result.job()).isEqualTo("fine-tune");
    assertThat(result.metrics().get("test").get("accuracy")).isGreaterThan(0.9);
    assertThat(result.parameters()).isEqualTo(FIRST + SECOND + 4 * 2 + 2);
    assertThat(tuned.out()).contains("Fine-tuned", result.modelSha256());

    ModelBundle from = bundle("model");
    ModelBundle bundle = bundle("tuned");
    assertThat(bundle.provenance().parentSha256()).isEqualTo(from.model().sha256());
    assertThat(bundle.preprocessing().statistics()).isEqualTo(from.preprocessing().statistics());
    assertThat(bundle.preprocessing().classes()).containsExactly("left", "right");
    assertThat(bundle.model().parameters().part(0, FIRST).toFloats())
        .isNotEqualTo(from.model().parameters().part(0, FIRST).toFloats());
    assertThat(
            ModelSerializer.restoreMultiLayerNetwork(
                    folder.resolve("tuned/model/model.zip").toFile())
                .numParams())
        .isEqualTo(result.parameters());

    String model = "model=" + bench.path("tuned");
    String[] rows = {"data.path=" + bench.path("sides.csv"), "data.label=side"};
    bench.run("evaluate", "measured", model, rows[0], rows[1]).expect(0);
    assertThat(result("measured").metrics().get("test")).isEqualTo(result.metrics().get("test"));
    CommandResult extracted =
        bench.run("extract", "out", model, rows[0], rows[1], "extract.layers=[second, output]");
    assertThat(extracted.expect(0).err()).contains("second (4 numbers)", "output (2 numbers)");
    bench
        .run(
            "train",
            "on",
            "init.from=" + bench.path("tuned"),
            rows[0],
            rows[1],
            "network.layers=[]")
        .expect(0);
  }

  @Test
  void anEncoderThatHasSeenNoLabelTakesItsFirst() {
    String layers = "pretrain.layers=[{units=5},{units=4}]";
    String encoder = "model=" + bench.path("encoder");
    bench.run("pretrain", "encoder", layers, "data.scaling=min-max", "network.layers=[]").expect(0);
    String[] few = {encoder, "network.layers=[]", "data.labels-per-class=6", "training.epochs=4"};
    CommandResult tuned = bench.run("fine-tune", "labelled", few);
    tuned.expect(0);
    assertThat(tuned.err()).contains("train 18 rows", "hidden-1, hidden-2; all layers trained");
    ModelBundle from = bundle("encoder");
    ModelBundle bundle = bundle("labelled");
    assertThat(from.preprocessing().layout().labelled()).isFalse();
    assertThat(bundle.preprocessing().classes()).containsExactly("a", "b", "c");
    assertThat(bundle.preprocessing().statistics()).isEqualTo(from.preprocessing().statistics());
    assertThat(bundle.decoder()).isEmpty();
    assertThat(bundle.provenance().parentSha256()).isEqualTo(from.model().sha256());
    assertThat(result("labelled").metrics()).containsOnlyKeys("train", "validation", "test");

    CommandResult other =
        bench.run("fine-tune", "other", encoder, "network.layers=[]", "data.scaling=standard");
    assertThat(other.expect(2).err()).contains("data.scaling", "min-max, the model's value");
  }

  @Test
  void frozenLayersDoNotMoveByABitAndTheirOutputsAreRemoved() {
    for (int freeze = 1; freeze <= 2; freeze++) {
      String output = "frozen-" + freeze;
      CommandResult tuned = fineTune(output, "fine-tune.freeze=" + freeze);
      assertThat(tuned.err()).contains(freeze == 1 ? "first frozen" : "first, second frozen");
      tuned.expect(0);
      long frozen = freeze == 1 ? FIRST : FIRST + SECOND;
      StateVector before = bundle("model").model().parameters();
      StateVector after = bundle(output).model().parameters();
      assertThat(after.length()).isEqualTo(FIRST + SECOND + 4 * 2 + 2);
      assertThat(after.part(0, frozen).chunks()).isDeepEqualTo(before.part(0, frozen).chunks());
      assertThat(result(output).metrics().get("test").get("accuracy")).isGreaterThan(0.9);
      assertThat(folder.resolve(output + "/activations/frozen/train")).doesNotExist();
    }
    fineTune("kept", "fine-tune.freeze=1", "fine-tune.keep-activations=true").expect(0);
    assertThat(folder.resolve("kept/activations/frozen/train/manifest.json")).exists();
    assertThat(folder.resolve("kept/activations/frozen/validation/manifest.json")).exists();
    assertThat(folder.resolve("kept/activations/frozen/test")).doesNotExist();
    assertThat(result("kept").modelSha256()).isEqualTo(result("frozen-1").modelSha256());
  }

  @Test
  void anInterruptedRunIsNoOther() throws Exception {
    String[] asked = {"fine-tune.freeze=1", "checkpoint.every-rounds=1"};
    fineTune("whole", asked).expect(0);
    fineTune("cut", asked[0], asked[1], "training.epochs=2").expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    CommandResult resumed = fineTune("cut", asked);
    resumed.expect(0);
    assertThat(resumed.err()).contains("Resuming after round");
    assertThat(result("cut").modelSha256()).isEqualTo(result("whole").modelSha256());
  }

  @Test
  void newLayersGoBetweenModelAndOutput() {
    fineTune("deeper", "network.layers=[{type=dense,units=5},{type=output}]").expect(0);
    assertThat(bundle("deeper").model().network().describe().layers())
        .extracting(l -> l.name() + " " + l.width())
        .containsExactly("first 6", "second 4", "dense-1 5", "output 2");
  }

  @Test
  void aCheckShowsWhatWillBeTrained() {
    String rows = "data.path=" + bench.path("sides.csv");
    String model = "model=" + bench.path("model");
    String top = "network.layers=[]";
    CommandResult checked =
        bench.run("check", "none", model, rows, top, "data.label=side", "fine-tune.freeze=1");
    checked.expect(0);
    assertThat(checked.out())
        .contains("first frozen", "The width of the output is unknown")
        .containsPattern("second +DenseLayer")
        .doesNotContainPattern("first +DenseLayer");
    CommandResult failed =
        bench.run("check", "none", model, rows, top, "data.label=side", "fine-tune.freeze=3");
    assertThat(failed.expect(2).err()).contains("fine-tune.freeze", "at most 2");
  }

  @Test
  void whatDoesNotFitTheModelIsRefusedByName() {
    refused(2, "fine-tune.freeze", "at most 2", "fine-tune.freeze=3");
    refused(2, "data.scaling", "standard", "data.scaling=min-max");
    refused(2, "data.label", "not a feature of the model", "data.label=y");
    refused(2, "network.input", "the width of the model's", "network.input=3");
    refused(2, "fine-tune.dropout.hidden", "[0, 1)", "fine-tune.dropout.hidden=1");
    refused(2, "network.updater.type", "adam", "network.updater.type=adamm");
    refused(2, "network.dl4j-json", "network.layers", "network.dl4j-json=net.json");
    refused(3, "no model", "model bundle", "model=" + bench.path("nothing"));
    refused(2, "data.label", "the label column", "data.label=null");
    bench.write("narrow.csv", "x,side\n1,left\n2,right\n");
    refused(3, "no column y", "x", "data.path=" + bench.path("narrow.csv"));
  }

  private void refused(int code, String key, String expected, String setting) {
    CommandResult failed = fineTune("failed-" + key.replace(' ', '-'), setting);
    failed.expect(code);
    assertThat(failed.err()).contains(key, expected);
  }
}
