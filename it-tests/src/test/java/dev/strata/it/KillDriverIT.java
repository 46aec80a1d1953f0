package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunResult;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the driver and the same command again: the model of a run that was never
 * killed.
 */
class KillDriverIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir Path folder;

  @Test
  void resumesToTheSameBytes() {
    killAfterTwoCheckpoints();

    command().run(0);

    RunResult result = outputs().result();
    // The second manifest may have been cut off by the kill: then the first checkpoint is the
    // newest.
    assertThat(result.resumedFromRound()).isGreaterThanOrEqualTo(10);
    assertThat(result.modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  private void killAfterTwoCheckpoints() {
    try (ChildProcess run = command().start()) {
      run.await("two checkpoints", LIMIT, () -> outputs().checkpoints().size() >= 2);
      run.kill();
    }
    assertThat(outputs().run().result()).as("killed in the middle").isEmpty();
    assertThat(outputs().checkpoints()).hasSizeGreaterThanOrEqualTo(2);
  }

  private StrataCommand command() {
    return StrataCommand.train(folder, "out").spark("--master", "local[2]");
  }

  private Outputs outputs() {
    return Outputs.of(folder.resolve("out"));
  }
}
