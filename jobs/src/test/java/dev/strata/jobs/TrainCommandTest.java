package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @Test
  void rowsBecomeAMeasuredModelThatStockDl4jLoads() throws IOException {
    CommandResult trained = bench.run("train", "out", "training.epochs=12", "data.scaling=none");
    assertThat(trained.err()).contains("prepared in", "54 rows");
    trained.expect(0);
    RunResult result = result("out");
    assertThat(result.job()).isEqualTo("train");
    assertThat(result.status()).isEqualTo("finished");
    assertThat(result.metrics()).containsOnlyKeys("train", "validation", "test");
    assertThat(result.metrics().get("test")).containsEntry("accuracy", 1.0);
    assertThat(result.examplesSeen()).isEqualTo(12 * 54);
    assertThat(result.parameters()).isEqualTo(2 * 4 + 4 + 4 * 3 + 3);
    assertThat(result.modelSha256()).hasSize(64);
    assertThat(trained.out()).contains(result.modelSha256(), "test: accuracy 1.000");
    assertThat(folder.resolve("out/history.jsonl")).isNotEmptyFile();
    assertThat(folder.resolve("out/failure.json")).doesNotExist();
    assertThat(folder.resolve("out/report.html"))
        .content()
        .containsSubsequence(
            "<h2>Test</h2>",
            "<h2>Validation</h2>",
            "Confusion matrix",
            "<h2>Learned features</h2>",
            "src=\"data:image/png;base64,",
            "<h2>Training progress</h2>",
            "training.epochs",
            "<h2>Provenance</h2>");
    for (String picture : List.of("filters.png", "activations-1-hidden-1.svg", "loss.svg")) {
      assertThat(folder.resolve("out/pictures/" + picture)).isNotEmptyFile();
    }
    CommandResult status = CommandResult.of("status", "--output", bench.path("out"));
    status.expect(0);
    assertThat(status.out())
        .containsPattern("state +finished")
        .containsPattern("epoch +12 of 12, 100 %")
        .contains(result.modelSha256());
    var network =
        ModelSerializer.restoreMultiLayerNetwork(folder.resolve("out/model/model.zip").toFile());
    assertThat(network.numParams()).isEqualTo(27);

    CommandResult evaluated =
        bench.run("evaluate", "measured", "model=" + bench.path("out"), "training.workers=3");
    evaluated.expect(0);
    assertThat(result("measured").metrics().get("test")).isEqualTo(result.metrics().get("test"));
    assertThat(folder.resolve("measured/evaluation.json")).content().contains("confusion");
    assertThat(folder.resolve("measured/report.html"))
        .content()
        .contains("<h1>strata evaluate</h1>", "Confusion matrix", result.modelSha256())
        .doesNotContain("Training progress");
  }

  @Test
  void theStatusOfAFolderWithoutARunIsAUsageError() {
    CommandResult status = CommandResult.of("status", "--output", bench.path("nothing"));
    status.expect(2);
    assertThat(status.err()).contains("has no run", "output.dir");
    assertThat(folder.resolve("nothing")).doesNotExist();
  }

  @Test
  void theSameSeedGivesTheSameModelAndAnInterruptedRunIsNoOther() throws IOException {
    String[] asked = {"training.epochs=4", "checkpoint.every-rounds=1"};
    bench.run("train", "whole", asked).expect(0);
    bench.run("train", "cut", "training.epochs=2", "checkpoint.every-rounds=1").expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    Files.deleteIfExists(folder.resolve("cut/.result.json.crc"));
    CommandResult resumed = bench.run("train", "cut", asked);
    resumed.expect(0);
    assertThat(resumed.err()).contains("Resuming after round");
    assertThat(result("cut").resumedFromRound()).isPositive();
    assertThat(result("cut").modelSha256()).isEqualTo(result("whole").modelSha256());
  }

  @Test
  void aModelIsContinuedIntoANewOutput() {
    String few =
        "training: each worker takes only 8 steps in all (training.epochs = 2), too few for new"
            + " weights to learn; raise training.epochs to 10 or lower training.batch-size to 1";
    assertThat(bench.run("train", "first").expect(0).err()).containsOnlyOnce("Warning: " + few);
    assertThat(result("first").warnings()).contains(few);
    assertThat(folder.resolve("first/report.html")).content().contains("each worker takes only");
    CommandResult second = bench.run("train", "second", "init.from=" + bench.path("first"));
    assertThat(second.err()).contains("the optimizer continues from iteration");
    second.expect(0);
    assertThat(second.err()).as("trained weights").doesNotContain("each worker takes");
    assertThat(result("second").warnings()).noneMatch(one -> one.startsWith("training:"));
    assertThat(result("second").modelSha256()).isNotEqualTo(result("first").modelSha256());

    CommandResult same =
        bench.run("train", "third", "init.from=" + bench.path("first"), "network.layers=[]");
    same.expect(0);
    assertThat(result("third").modelSha256()).isEqualTo(result("second").modelSha256());

    CommandResult other =
        bench.run(
            "train",
            "fourth",
            "init.from=" + bench.path("first"),
            "network.layers=[{type=dense,units=5,activation=tanh},{type=output}]");
    assertThat(other.err()).contains("network.layers[0]", "units = 5", "units = 4");
    other.expect(2);
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
