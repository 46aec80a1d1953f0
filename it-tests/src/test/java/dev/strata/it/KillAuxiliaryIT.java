package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An auxiliary task whose driver or executor is lost in the middle: the model of a run that nothing
 * disturbed, as every epoch's bad copies, partners and shifts are functions of row and epoch.
 */
class KillAuxiliaryIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path undisturbed;
  @TempDir private static Path shared;
  private static StandaloneCluster cluster;
  private static String modelSha256;

  @TempDir private Path folder;

  @BeforeAll
  static void aRunThatNothingDisturbs() {
    locally(StrataCommand.pretrainAuxiliary(undisturbed, "out")).run(0);
    modelSha256 = Outputs.of(undisturbed.resolve("out")).result().modelSha256();
    cluster = StandaloneCluster.start(shared, 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aKilledDriverGoesOnToTheSameModel() {
    killedAndResumed(locally(StrataCommand.pretrainAuxiliary(folder, "out")));

    assertThat(outputs().result().modelSha256()).isEqualTo(modelSha256);
  }

  @Test
  void aKilledRunOfPairsGoesOnToTheModelOfAClusterThatNothingDisturbs() {
    onCluster(StrataCommand.pretrainPairs(folder, "whole")).run(0);

    killedAndResumed(locally(StrataCommand.pretrainPairs(folder, "out")));

    Outputs whole = Outputs.of(folder.resolve("whole"));
    assertThat(outputs().result().modelSha256()).isEqualTo(whole.result().modelSha256());
    assertThat(outputs().result().metrics()).isEqualTo(whole.result().metrics());
  }

  @Test
  void aLostExecutorOfAClusterChangesNothing() {
    try (ChildProcess run = onCluster(StrataCommand.pretrainAuxiliary(folder, "out")).start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs().checkpoints().isEmpty());
      assertThat(cluster.executors()).as("executors").hasSize(2);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(outputs().run().result()).as("killed in the middle").isEmpty();

      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    assertThat(outputs().result().modelSha256()).isEqualTo(modelSha256);
  }

  /** Into the folder {@code out}. */
  private void killedAndResumed(StrataCommand command) {
    try (ChildProcess run = command.start()) {
      run.await("two checkpoints", LIMIT, () -> outputs().checkpoints().size() >= 2);
      run.kill();
    }
    assertThat(outputs().run().result()).as("killed in the middle").isEmpty();

    assertThat(command.run(0)).contains("Resuming after round");
    assertThat(outputs().result().resumedFromRound()).isPositive();
  }

  private static StrataCommand locally(StrataCommand command) {
    return command.spark("--master", "local[2]");
  }

  private static StrataCommand onCluster(StrataCommand command) {
    return command.spark("--master", cluster.url(), "--executor-memory", "1g");
  }

  private Outputs outputs() {
    return Outputs.of(folder.resolve("out"));
  }
}
