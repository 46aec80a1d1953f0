package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import java.time.Duration;
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
    try (ChildProcess run =
        onCluster(StrataCommand.train(folder, "out")).withUsersLoader().start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs.checkpoints().isEmpty());
      assertThat(cluster.executors()).as("executors").hasSize(2);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(outputs.run().result()).as("killed in the middle").isEmpty();

      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  private static StrataCommand onCluster(StrataCommand command) {
    return command.spark("--master", cluster.url(), "--executor-memory", "1g");
  }
}
