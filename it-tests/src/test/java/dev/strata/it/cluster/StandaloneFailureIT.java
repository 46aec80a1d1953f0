package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Pause;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.Signals;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a standalone cluster does by itself: it restarts drivers and repeats slow tasks. */
class StandaloneFailureIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.startOnHosts(shared, 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void theMasterRestartsAKilledDriverWhichResumes() {
    Outputs outputs = outputs();
    StrataCommand command =
        onCluster(StrataCommand.train(folder, folder.resolve("out").toString()))
            .spark("--deploy-mode", "cluster", "--supervise");
    try (ChildProcess launcher = command.start()) {
      launcher.await("two checkpoints", LIMIT, () -> outputs.checkpoints().size() >= 2);
      assertThat(cluster.killDriver()).isTrue();
      assertThat(outputs.run().result()).as("killed in the middle").isEmpty();

      assertThat(launcher.exitCode(LIMIT)).as(launcher.tail()).isZero();
    }
    assertThat(outputs.result().resumedFromRound()).isPositive();
    assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
    ScenarioTable.add(
        "driver killed, restarted by --supervise",
        "resumed from round " + outputs.result().resumedFromRound() + ", code 0",
        true);
  }

  /** A Master restarts whatever does not end with 0, for ever. */
  @Test
  void aSupervisedJobThatCannotSucceedIsNotRestarted() throws IOException {
    StrataCommand command =
        onCluster(StrataCommand.train(folder, folder.resolve("out").toString()))
            .spark("--deploy-mode", "cluster", "--supervise");
    Path table = folder.resolve("flowers.csv");
    Files.writeString(table, Files.readString(table).replaceFirst("\\n\\d+,[^,]+", "\n0,tall"));

    String said = command.run(3);

    assertThat(said).contains("x0").contains("tall");
    assertThat(cluster.drivers()).isEmpty();
    ScenarioTable.add(
        "damaged row in a job with --supervise", "one attempt, the launcher's code is 3");
  }

  @Test
  void aSlowWorkerWithSpeculationChangesNothing() throws IOException {
    Path events = Files.createDirectories(folder.resolve("events"));
    Outputs outputs = outputs();
    StrataCommand command =
        onCluster(StrataCommand.train(folder, "out"))
            .spark("--conf", "spark.speculation=true")
            .spark("--conf", "spark.speculation.interval=50ms")
            .spark("--conf", "spark.speculation.quantile=0.5")
            .spark("--conf", "spark.speculation.multiplier=1.5")
            .spark("--conf", "spark.eventLog.enabled=true")
            .spark("--conf", "spark.eventLog.dir=" + events.toUri());
    int bursts = 0;
    try (ChildProcess run = command.start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs.checkpoints().isEmpty());
      ProcessHandle slow = cluster.executors().get(0);
      while (run.isAlive() && outputs.run().result().isEmpty()) {
        Signals.stop(slow);
        Pause.milliseconds(1200);
        Signals.resume(slow);
        bursts++;
        Pause.milliseconds(400);
      }
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    long copies = speculative(events);
    assertThat(copies).as("speculative copies of tasks").isPositive();
    assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
    ScenarioTable.add(
        "slow worker, speculation on",
        bursts + " standstills of 1.2 s, " + copies + " speculative tasks",
        true);
  }

  /** Ended speculative copies, by Spark's event log. */
  private static long speculative(Path folder) throws IOException {
    long found = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path log : files.toList()) {
        List<String> lines = Files.readAllLines(log);
        found +=
            lines.stream()
                .filter(line -> line.contains("SparkListenerTaskEnd"))
                .filter(line -> line.contains("\"Speculative\":true"))
                .count();
      }
    }
    return found;
  }

  private static StrataCommand onCluster(StrataCommand command) {
    return command.spark("--master", cluster.url(), "--executor-memory", "1g");
  }

  private Outputs outputs() {
    return Outputs.of(folder.resolve("out"));
  }
}
