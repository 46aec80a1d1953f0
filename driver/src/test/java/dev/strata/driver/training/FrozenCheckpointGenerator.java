package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Wrote {@code frozen/v1/checkpoint}: an unfinished run's output with its checkpoints, and the
 * parameters that it ended with where it was not interrupted. Run it only for a new format version,
 * into a new folder: old ones stay readable.
 */
final class FrozenCheckpointGenerator {
  static final int KILLED_AFTER = 5;

  private FrozenCheckpointGenerator() {}

  /** The run, whole or resumed; its shards are made anew in {@code work}. */
  static Training training(Path work, Path output) {
    ShardSet shards =
        TestShards.clusters(
            work.resolve("shards"), 8, Training.WIDTH, Training.CLASSES, true, 21, 13, 17, 12);
    Training training = new Training(shards, output.toUri().toString());
    training.optimizerState = OptimizerState.KEEP;
    return training;
  }

  public static void main(String[] arguments) throws IOException {
    Path to = Path.of(arguments[0]);
    Path work = Files.createTempDirectory("frozen");
    TrainingOutcome whole = training(work, work.resolve("whole")).run();
    Files.createDirectories(to);
    Files.write(to.resolve("expected-parameters.bin"), whole.parameters().chunks()[0]);

    Training killed = training(work, to);
    killed.validationEvery = 1;
    int[] calls = {0};
    killed.validator =
        Optional.of(
            parameters -> {
              if (++calls[0] > KILLED_AFTER) {
                throw new IllegalStateException("killed");
              }
              return Map.of("loss", 1.0 / calls[0]);
            });
    try {
      killed.run();
    } catch (IllegalStateException expected) {
      System.out.println("written to " + to);
    }
  }

  static StateVector expectedParameters(Path frozen) throws IOException {
    return StateVector.ofChunks(
        new byte[][] {Files.readAllBytes(frozen.resolve("expected-parameters.bin"))});
  }
}
