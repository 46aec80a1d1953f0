package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Sgd;

/** L-BFGS through the commands. */
class LbfgsCommandTest {
  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  private CommandResult train(String output, int epochs, String... more) {
    String[] settings = new String[3 + more.length];
    settings[0] = "network.updater.type=l-bfgs";
    settings[1] = "network.l2=0.01";
    settings[2] = "training.epochs=" + epochs;
    System.arraycopy(more, 0, settings, 3, more.length);
    return bench.run("train", output, settings);
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @Test
  void anInterruptedRunHasTheSameModelWhichStockDl4jLoadsAndOtherUpdatersContinue()
      throws IOException {
    CommandResult whole = train("whole", 8);
    whole.expect(0);
    assertThat(whole.err()).contains("Updater l-bfgs ignores").doesNotContain("each worker takes");
    RunResult result = result("whole");
    assertThat(result.rounds()).isEqualTo(8);
    assertThat(result.metrics().get("test").get("accuracy")).isGreaterThan(0.9);
    assertThat(Files.readString(folder.resolve("whole/layer-statistics.jsonl")))
        .contains("hidden-1", "dead")
        .doesNotContain("updateRatio");
    train("cut", 3).expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    Files.deleteIfExists(folder.resolve("cut/.result.json.crc"));
    CommandResult resumed = train("cut", 8);
    resumed.expect(0);
    assertThat(resumed.err()).contains("Resuming after round 3");
    assertThat(result("cut").modelSha256()).isEqualTo(result.modelSha256());
    MultiLayerNetwork stock =
        ModelSerializer.restoreMultiLayerNetwork(folder.resolve("whole/model/model.zip").toFile());
    assertThat(stock.getLayerWiseConfigurations().toJson()).doesNotContain("dev.strata");
    assertThat(((BaseLayer) stock.getLayer(0).conf().getLayer()).getIUpdater())
        .isEqualTo(new Sgd(0.05));
    bench.run("train", "adam", "init.from=" + bench.path("whole")).expect(0);
    CommandResult again = train("again", 2, "init.from=" + bench.path("adam"), "network.layers=[]");
    again.expect(0);
    assertThat(again.err()).contains("l-bfgs takes no other optimizer's state");
  }

  @Test
  void checkSaysWhatAnEpochIsAndTuneRefusesIt() {
    bench.run("prepare", "checked").expect(0);
    CommandResult checked = bench.run("check", "checked", "network.updater.type=l-bfgs");
    checked.expect(0);
    assertThat(checked.out())
        .contains("each is one evaluation of all rows by l-bfgs")
        .doesNotContain("each worker takes");
    assertThat(bench.run("check", "checked").expect(0).out())
        .contains("  Warning: each worker takes only 8 steps in all (training.epochs = 2)");
    assertThat(bench.run("check", "checked", "training.epochs=10").expect(0).out())
        .doesNotContain("each worker takes");
    CommandResult tuned =
        bench.run(
            "tune",
            "tuned",
            "tune={ method = grid, space { network.updater.type = [adam, l-bfgs] } }");
    tuned.expect(2);
    assertThat(tuned.err()).contains("tune cannot train", "l-bfgs trains networks of train alone");
  }
}
