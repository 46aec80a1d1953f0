package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Example;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Project;
import dev.strata.it.support.ReferenceRun;
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

/** A real Master and two Workers: an executor that dies changes no byte of the model. */
class StandaloneClusterIT {
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
  void aLostExecutorChangesNothing() {
    Outputs outputs = Outputs.of(folder.resolve("out"));
    try (ChildProcess run = onCluster(StrataCommand.train(folder, "out")).start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs.checkpoints().isEmpty());
      assertThat(cluster.executors()).as("executors").hasSize(2);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(outputs.run().result()).as("killed in the middle").isEmpty();

      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  /** The Master reports success whatever the driver on a Worker did. */
  @Test
  void theExitCodeOfADriverOnTheClusterComesBack() throws IOException {
    Path output = folder.resolve("out");
    StrataCommand command = onCluster(StrataCommand.train(folder, output.toString()));
    Path table = folder.resolve("flowers.csv");
    Files.writeString(table, Files.readString(table).replaceFirst("\\n\\d+,[^,]+", "\n0,tall"));

    String said = command.spark("--deploy-mode", "cluster").run(3);

    assertThat(said).contains("x0").contains("tall").contains("State of driver-");
    assertThat(output.resolve("failure.json")).isRegularFile();
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
  }

  private static StrataCommand onCluster(StrataCommand command) {
    return command.spark("--master", cluster.url(), "--executor-memory", "1g");
  }
}
