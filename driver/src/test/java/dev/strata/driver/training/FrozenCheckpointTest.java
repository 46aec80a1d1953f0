package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that an older version left unfinished goes on. */
class FrozenCheckpointTest {
  @TempDir Path work;

  @Test
  void theRunOfVersionOneIsResumed() throws IOException, URISyntaxException {
    Training training = resumed("checkpoint", FrozenCheckpointGenerator::training);
    assertThat(training.said()).contains("rounds of averaging.every");
  }

  /** In whole rounds and a rest, each with the whole outer step, as it began. */
  @Test
  void theRunWithAnOuterStepEndsAsItBegan() throws IOException, URISyntaxException {
    Training training = resumed("outer-checkpoint", FrozenCheckpointGenerator::outer);
    assertThat(training.said()).contains("rounds of averaging.every");
    Training now = FrozenCheckpointGenerator.outer(work, work.resolve("now"));
    float[] old = expected("outer-checkpoint");
    float[] found = now.run().parameters().toFloats();
    double apart = 0;
    for (int i = 0; i < old.length; i++) {
      apart = Math.max(apart, Math.abs(old[i] - found[i]));
    }
    assertThat(apart).as("a run that begins now").isGreaterThan(0.02);
    assertThat(now.said()).doesNotContain("rounds of averaging.every");
  }

  private Training resumed(String name, BiFunction<Path, Path, Training> run)
      throws IOException, URISyntaxException {
    Path output = work.resolve("run");
    copy(Path.of(getClass().getResource("/frozen/v1/" + name).toURI()), output);
    Training training = run.apply(work, output);
    training.resume = true;
    TrainingOutcome outcome = training.run();
    assertThat(outcome.resumedFromRound())
        .isEqualTo(OptionalLong.of(FrozenCheckpointGenerator.KILLED_AFTER));
    // Other CPUs add in another order: the same bytes are promised only on one kernel.
    float[] expected = expected(name);
    float[] found = outcome.parameters().toFloats();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("parameter %d", i).isCloseTo(expected[i], within(1e-3f));
    }
    return training;
  }

  private float[] expected(String name) throws IOException, URISyntaxException {
    Path frozen = Path.of(getClass().getResource("/frozen/v1/" + name).toURI());
    return FrozenCheckpointGenerator.expectedParameters(frozen).toFloats();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
