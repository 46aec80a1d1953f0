package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished training that is asked for another number of epochs. */
class LongerTrainingTest {
  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    bench.run("train", "model", "training.epochs=1").expect(0);
  }

  private static RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  private static CommandResult run(String job, String output, int epochs, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("training.epochs=" + epochs);
    return bench.run(job, output, all.toArray(String[]::new));
  }

  /** As if it had been that long from the start, bit for bit. */
  private static void goesOn(String job, int few, int more, String... settings) {
    run(job, job + "-long", more, settings).expect(0);
    run(job, job, few, settings).expect(0);
    assertThat(run(job, job, more, settings).expect(0).err())
        .contains("training.epochs = " + more + " (was " + few + ")", "Resuming after round");
    RunResult found = result(job);
    RunResult expected = result(job + "-long");
    assertThat(found.modelSha256()).isEqualTo(expected.modelSha256());
    assertThat(found.metrics()).isEqualTo(expected.metrics());
    assertThat(found.epochs()).isEqualTo(more);
    assertThat(found.examplesSeen()).isEqualTo(expected.examplesSeen());
    assertThat(run(job, job, more, settings).expect(0).err())
        .contains("This run is already finished");
    assertThat(run(job, job, few, settings).expect(2).err())
        .contains("training.epochs", few + " (was " + more + ")", "--overwrite");
    assertThat(result(job).epochs()).isEqualTo(more);
  }

  @Test
  void train() {
    goesOn("train", 1, 3, "averaging.outer.type=nesterov");
  }

  /** run.json of a version whose default was an outer step has null for its momentum. */
  @Test
  void aRunKeepsTheMomentumThatWasTheDefaultWhenItBegan() {
    String[] rounds = {"training.batch-size=1", "averaging.every=60"};
    String[] former = {rounds[0], rounds[1], "averaging.outer.momentum=null"};
    run("train", "former-long", 3, former).expect(0);
    run("train", "now", 3, rounds).expect(0);
    run("train", "former", 1, former).expect(0);
    assertThat(run("train", "former", 3, rounds).expect(0).err())
        .contains("other defaults, which it keeps: averaging.outer.momentum");
    assertThat(result("former").modelSha256())
        .isEqualTo(result("former-long").modelSha256())
        .isNotEqualTo(result("now").modelSha256());
    assertThat(run("train", "former", 3, rounds[0], rounds[1], "averaging.outer.momentum=0.3"))
        .satisfies(other -> assertThat(other.expect(2).err()).contains("0.3 (was null)"));
  }

  /** A version without the key trained Gaussian units of deviation 1. */
  @Test
  void aRunKeepsWhatAVersionWithoutAKeyDid() throws Exception {
    String layers = "pretrain.layers=[{ units = 3, kind = rbm }]";
    String[] former = {layers, "data.scaling=standard", "pretrain.layer.visible-deviation=1"};
    String[] now = {layers, "data.scaling=standard"};
    run("pretrain", "unit-new", 2, now).expect(0);
    run("pretrain", "unit-old", 2, former).expect(0);
    String expected = result("unit-old").modelSha256();
    assertThat(result("unit-new").modelSha256()).isNotEqualTo(expected);
    Path run = folder.resolve("unit-old/run.json");
    OlderRun.without(run, "pretrain.layer.visible-deviation");
    assertThat(run).content().doesNotContain("visible-deviation");
    Files.delete(folder.resolve("unit-old/result.json"));
    try (Stream<Path> all = Files.walk(folder.resolve("unit-old/layers"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertThat(run("pretrain", "unit-old", 2, now).expect(0).err())
        .contains("layer-1", "epoch 2/2");
    assertThat(result("unit-old").modelSha256()).isEqualTo(expected);
    assertThat(run("pretrain", "unit-old", 2, now).expect(0).err())
        .contains("This run is already finished");
  }

  /** Rounds end between validations: the short training has one that the long one has not. */
  @Test
  void trainThatKeepsTheBestModel() {
    String[] settings = {
      "training.validation-every=2",
      "training.keep-model=best",
      "training.early-stopping.patience=1",
      "training.early-stopping.min-delta=0.2"
    };
    run("train", "best-long", 5, settings).expect(0);
    for (int few : List.of(1, 3)) {
      String output = "best-" + few;
      run("train", output, few, settings).expect(0);
      run("train", output, 5, settings).expect(0);
      assertThat(result(output).modelSha256()).isEqualTo(result("best-long").modelSha256());
      assertThat(result(output).epochs()).isEqualTo(result("best-long").epochs());
    }
  }

  @Test
  void pretrainAuxiliary() {
    goesOn(
        "pretrain-auxiliary",
        1,
        2,
        "network.layers=[{ type = dense, units = 4, activation = tanh }]",
        "task.type=max-margin",
        "task.corruption=[{ type = replace-column, count = 1 }]");
  }

  @Test
  void fineTuneWhereLayersAreThawed() {
    goesOn(
        "fine-tune",
        2,
        4,
        "model=" + bench.path("model"),
        "network.layers=[]",
        "fine-tune.freeze=1",
        "fine-tune.thaw=[{epoch=1}]");
  }

  @Test
  void aSearchByTheNumberOfEpochsIsNot() {
    String[] settings = {
      "model=" + bench.path("model"), "network.layers=[]", "fine-tune.search.freeze=[0, 1]"
    };
    run("fine-tune", "searched", 1, settings).expect(0);
    assertThat(run("fine-tune", "searched", 2, settings).expect(2).err())
        .contains("fine-tune.search", "training.epochs", "2 (was 1)");
  }

  @Test
  void pretrainedLayersAreNot() throws Exception {
    String[] settings = {"pretrain.layers=[{units=3}, {units=2}]", "data.scaling=min-max"};
    run("pretrain", "pretrained", 1, settings).expect(0);
    String before = Files.readString(folder.resolve("pretrained/result.json"));
    assertThat(run("pretrain", "pretrained", 2, settings).expect(2).err())
        .contains("finished layers", "training.epochs", "2 (was 1)", "--overwrite");
    assertThat(folder.resolve("pretrained/result.json")).hasContent(before);
    assertThat(run("pretrain", "pretrained", 1, settings).expect(0).err())
        .contains("This run is already finished");
  }

  @Test
  void layersWithNumbersOfTheirOwnDoNotCare() {
    String[] settings = {"pretrain.layers=[{units=3, epochs=1}]", "data.scaling=min-max"};
    run("pretrain", "own", 1, settings).expect(0);
    assertThat(run("pretrain", "own", 5, settings).expect(0).err())
        .contains("This run is already finished");
  }

  @Test
  void anUnfinishedTrainingCannotEndBeforeItsCheckpoint() throws Exception {
    run("train", "cut", 3).expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    assertThat(run("train", "cut", 2).expect(2).err())
        .contains("training.epochs", "at least 3", "--overwrite");
    run("train", "cut", 3).expect(0);
  }
}
