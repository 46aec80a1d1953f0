package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Example;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Project;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver on a worker of a standalone cluster, whose Master reports success whatever it did. */
class StandaloneCodesIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

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
  void codesOfFailuresAndSuccess() throws IOException {
    String output = folder.resolve("out").toString();
    StrataCommand onBadRow = onCluster(output);
    Path table = folder.resolve("flowers.csv");
    String sound = Files.readString(table);
    Files.writeString(table, sound.replaceFirst("\\n\\d+,[^,]+", "\n0,tall"));
    assertThat(onBadRow.run(3)).contains("x0").contains("tall").contains("State of driver-");
    assertThat(folder.resolve("out/failure.json")).isRegularFile();

    Files.writeString(table, sound);
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
        "codes 3, 2, 4, 0",
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

  /** A Master starts a driver without the options of Java 17; plain spark-submit exits with 0. */
  @Test
  void plainSparkSubmitLearnsWhichOptionsAreMissing() throws IOException {
    Path output = folder.resolve("out");
    List<String> command =
        List.of(
            Project.sparkHome().resolve("bin/spark-submit").toString(),
            "--master",
            cluster.url(),
            "--deploy-mode",
            "cluster",
            "--driver-memory",
            "1g",
            "--conf",
            "spark.standalone.submit.waitAppCompletion=true",
            "--class",
            "dev.strata.jobs.Strata",
            Project.jar().toString(),
            "train",
            "--config",
            Example.write(folder).toString(),
            "--output",
            output.toString());
    try (ChildProcess submit =
        ChildProcess.start(
            "spark-submit", command, Map.of(), folder, folder.resolve("submit.log"))) {
      submit.await(
          "failure.json", LIMIT, () -> Files.isRegularFile(output.resolve("failure.json")));
      submit.exitCode(LIMIT);
    }

    assertThat(output.resolve("failure.json"))
        .content()
        .contains("\"exitCode\" : 2", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    ScenarioTable.add("standalone cluster mode, plain spark-submit without options", "code 2");
  }

  private StrataCommand onCluster(String output) {
    return StrataCommand.train(folder, output)
        .spark("--master", cluster.url(), "--executor-memory", "1g", "--deploy-mode", "cluster");
  }
}
