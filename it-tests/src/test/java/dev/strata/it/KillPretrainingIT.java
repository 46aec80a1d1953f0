package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver or an executor lost in the middle of the second layer: the encoder of a run that nothing
 * disturbed. The layer's persistent chains travel with its rounds and checkpoints.
 */
class KillPretrainingIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String SECOND = "layer-2";

  @TempDir private static Path undisturbed;
  private static String modelSha256;

  @TempDir private Path folder;

  @BeforeAll
  static void aRunThatNothingDisturbs() {
    locally(StrataCommand.pretrain(undisturbed, "out")).run(0);
    modelSha256 = Outputs.of(undisturbed.resolve("out")).result().modelSha256();
  }

  @Test
  void aKilledDriverGoesOnInItsLayer() {
    try (ChildProcess run = command().start()) {
      run.await("two checkpoints", LIMIT, () -> outputs().checkpoints(SECOND).size() >= 2);
      run.kill();
    }
    assertThat(outputs().run().result()).as("killed in the middle").isEmpty();

    String said = command().run(0);

    assertThat(said).contains("Resuming after round");
    assertThat(outputs().result().resumedFromRound()).isPositive();
    assertThat(outputs().result().modelSha256()).isEqualTo(modelSha256);
  }

  @Test
  void aLostExecutorChangesNothing(@TempDir Path shared) {
    try (StandaloneCluster cluster = StandaloneCluster.start(shared, 2);
        ChildProcess run = onCluster(cluster).start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs().checkpoints(SECOND).isEmpty());
      assertThat(cluster.executors()).as("executors").hasSize(2);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(outputs().run().result()).as("killed in the middle").isEmpty();

      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    assertThat(outputs().result().modelSha256()).isEqualTo(modelSha256);
  }

  private StrataCommand command() {
    return locally(StrataCommand.pretrain(folder, "out"));
  }

  private static StrataCommand locally(StrataCommand command) {
    return command.spark("--master", "local[2]");
  }

  private StrataCommand onCluster(StandaloneCluster cluster) {
    return StrataCommand.pretrain(folder, "out")
        .spark("--master", cluster.url(), "--executor-memory", "1g");
  }

  private Outputs outputs() {
    return Outputs.of(folder.resolve("out"));
  }
}
