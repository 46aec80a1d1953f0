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
 * An auxiliary task whose driver or executor is lost in the middle: the model of a run that nothing
 * disturbed, as every epoch's bad copies are a function of row and epoch.
 */
class KillAuxiliaryIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path undisturbed;
  private static String modelSha256;

  @TempDir private Path folder;

  @BeforeAll
  static void aRunThatNothingDisturbs() {
    locally(undisturbed).run(0);
    modelSha256 = Outputs.of(undisturbed.resolve("out")).result().modelSha256();
  }

  @Test
  void aKilledDriverGoesOnToTheSameModel() {
    try (ChildProcess run = locally(folder).start()) {
      run.await("two checkpoints", LIMIT, () -> outputs().checkpoints().size() >= 2);
      run.kill();
    }
    assertThat(outputs().run().result()).as("killed in the middle").isEmpty();

    assertThat(locally(folder).run(0)).contains("Resuming after round");

    assertThat(outputs().result().resumedFromRound()).isPositive();
    assertThat(outputs().result().modelSha256()).isEqualTo(modelSha256);
  }

  @Test
  void aLostExecutorOfAClusterChangesNothing(@TempDir Path shared) {
    try (StandaloneCluster cluster = StandaloneCluster.start(shared, 2);
        ChildProcess run =
            StrataCommand.pretrainAuxiliary(folder, "out")
                .spark("--master", cluster.url(), "--executor-memory", "1g")
                .start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs().checkpoints().isEmpty());
      assertThat(cluster.executors()).as("executors").hasSize(2);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(outputs().run().result()).as("killed in the middle").isEmpty();

      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    assertThat(outputs().result().modelSha256()).isEqualTo(modelSha256);
  }

  private static StrataCommand locally(Path folder) {
    return StrataCommand.pretrainAuxiliary(folder, "out").spark("--master", "local[2]");
  }

  private Outputs outputs() {
    return Outputs.of(folder.resolve("out"));
  }
}
