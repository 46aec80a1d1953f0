package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver on a worker of a standalone cluster, whose Master reports success whatever it did.
 * StandaloneClusterIT shows code 3.
 */
class StandaloneCodesIT {
  @TempDir static Path shared;
  private static StandaloneCluster cluster;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start(shared, 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void codesOfSuccessConfigurationAndDivergence() {
    String output = folder.resolve("out").toString();
    assertThat(onCluster(output).set("training.batch-size", 0).run(2))
        .contains("training.batch-size");
    String divergent = "{type=sgd,learning-rate=1.0e40}";
    assertThat(onCluster(output).set("network.updater", divergent).run(4))
        .contains("diverged in round 1");

    // The last failure.json is still there when this one is submitted.
    onCluster(output).run(0);

    String sha = Outputs.of(folder.resolve("out")).result().modelSha256();
    assertThat(sha).isEqualTo(ReferenceRun.modelSha256());
    ScenarioTable.add(
        "standalone cluster mode: failures, then success in the same folder",
        "codes 2, 4, 0",
        true);
  }

  /** Nothing tells why, but the command itself. */
  @Test
  void withoutAnOutputFolder() {
    StrataCommand command = StrataCommand.in(folder, "train", "--set", "data.path=/nowhere");
    assertThat(command.spark("--master", cluster.url(), "--deploy-mode", "cluster").run(2))
        .contains("output.dir is not set");
    ScenarioTable.add("standalone cluster mode without output.dir", "code 2");
  }

  private StrataCommand onCluster(String output) {
    return StrataCommand.train(folder, output)
        .spark("--master", cluster.url(), "--executor-memory", "1g", "--deploy-mode", "cluster");
  }
}
