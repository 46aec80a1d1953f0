package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything of regularization, layers and initialization through the commands. */
class RegularizationCommandTest {
  private static final String LAYERS =
      "network.layers=["
          + "{ type = dense, units = 6, activation = randomized-relu, init = lsuv, drop-connect = 0.2, max-norm = 2 },"
          + " { type = prelu }, { type = gaussian-dropout, rate = 0.1 },"
          + " { type = dense, units = 5, activation = selu, layer-norm = true },"
          + " { type = alpha-dropout, rate = 0.1 },"
          + " { type = dense, units = 4, activation = elu, alpha = 0.5 },"
          + " { type = dense, units = 6, activation = identity }, { type = maxout, pieces = 2 },"
          + " { type = output, init = lsuv }]";
  private static final String[] STEP = {
    LAYERS,
    "network.clipping={ type = l2-global, threshold = 0.5 }",
    "network.max-norm=3",
    "training.label-smoothing=0.1",
    "training.mixup=0.2",
    "checkpoint.every-rounds=1"
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  private CommandResult train(String output, int epochs) {
    String[] settings = Arrays.copyOf(STEP, STEP.length + 1);
    settings[STEP.length] = "training.epochs=" + epochs;
    return bench.run("train", output, settings);
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @Test
  void anInterruptedRunHasTheSameModelWhichStockDl4jLoads() throws IOException {
    CommandResult whole = train("whole", 4);
    whole.expect(0);
    assertThat(whole.err()).contains("Initialized by lsuv: dense-1, output.");
    train("cut", 2).expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    Files.deleteIfExists(folder.resolve("cut/.result.json.crc"));
    CommandResult resumed = train("cut", 4);
    resumed.expect(0);
    assertThat(resumed.err()).contains("Resuming after round").doesNotContain("lsuv");
    assertThat(result("cut").modelSha256()).isEqualTo(result("whole").modelSha256());
    MultiLayerNetwork stock =
        ModelSerializer.restoreMultiLayerNetwork(folder.resolve("whole/model/model.zip").toFile());
    assertThat(stock.getLayerWiseConfigurations().toJson()).doesNotContain("dev.strata");
    assertThat(stock.numParams())
        .isEqualTo(2 * 6 + 6 + 6 + (6 * 5 + 5 + 5) + (5 * 4 + 4) + (4 * 6 + 6) + 12);

    CommandResult tuned =
        bench.run(
            "fine-tune",
            "tuned",
            "model=" + bench.path("whole"),
            "network.layers=[]",
            "fine-tune.search={ freeze = [0, 2], folds = 2 }",
            "network.clipping={ type = l2-global, threshold = 0.5 }",
            "network.max-norm=1",
            "training.label-smoothing=0.1",
            "training.mixup=0.2");
    tuned.expect(0);
    assertThat(result("tuned").status()).isEqualTo("finished");
  }

  @Test
  void tuneInitializesEachTrial() {
    CommandResult tuned =
        bench.run(
            "tune",
            "tuned",
            LAYERS,
            "training.label-smoothing=0.1",
            "training.epochs=2",
            "tune={ method = grid, space { training.mixup = [0.0, 0.4] } }");
    assertThat(tuned.err()).doesNotContain("failed");
    tuned.expect(0);
    assertThat(tuned.out()).contains("mixup", "0.4");
  }

  @Test
  void lsuvIsRefusedWhereNoRowsAreSeenBefore() {
    bench.run("train", "first").expect(0);
    CommandResult refused =
        bench.run(
            "fine-tune",
            "second",
            "model=" + bench.path("first"),
            "network.layers=[{ type = dense, units = 4, init = lsuv }, { type = output }]");
    refused.expect(2);
    assertThat(refused.err()).contains("network.layers", "lsuv");
  }
}
