package dev.strata.driver.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.mutation.MutationCheck;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.round.StateVector;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged finished phases of fine-tuning: such a phase is trained again. */
class DamagedPhasesTest {
  private static final String NONE = "none";

  @TempDir Path work;

  @Test
  void unsignedDamageIsToldAndThePhaseTrainedAgain() throws Exception {
    RunFolder run = RunFolder.of(new Configuration(), work.toString());
    FinishedPhase phase =
        new FinishedPhase(
            new FinishedPhase.Counters("cafe", 2, 8, 16, 64, 0.5, false),
            StateVector.of(new float[] {1, 2, 3}));
    new FinishedPhases(run, notice -> {}).save("frozen-1", phase);
    MutationCheck check =
        new MutationCheck(
            work.resolve("layers/frozen-1"), Set.of(NONE), notices -> content(run, notices));
    check.unsigned(5);
    assertThat(check.outcomes()).containsKey("repaired, told").doesNotContainKey("repaired");
  }

  private static Object content(RunFolder run, List<String> notices) {
    return new FinishedPhases(run, notices::add)
        .find("frozen-1", "cafe", 3)
        .map(found -> found.counters() + Arrays.toString(found.parameters().toFloats()))
        .orElse(NONE);
  }
}
