package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that an older version left unfinished goes on. */
class FrozenCheckpointTest {
  @TempDir Path work;

  @Test
  void theRunOfVersionOneIsResumed() throws IOException, URISyntaxException {
    Path frozen = Path.of(getClass().getResource("/frozen/v1/checkpoint").toURI());
    Path output = work.resolve("run");
    copy(frozen, output);
    Training training = FrozenCheckpointGenerator.training(work, output);
    training.resume = true;
    TrainingOutcome outcome = training.run();
    assertThat(outcome.resumedFromRound())
        .isEqualTo(OptionalLong.of(FrozenCheckpointGenerator.KILLED_AFTER));
    // Other CPUs add in another order: the same bytes are promised only on one kernel.
    float[] expected = FrozenCheckpointGenerator.expectedParameters(frozen).toFloats();
    float[] found = outcome.parameters().toFloats();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("parameter %d", i).isCloseTo(expected[i], within(1e-3f));
    }
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
