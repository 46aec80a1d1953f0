package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Wrote {@code frozen/v1/checkpoint} and {@code frozen/v1/outer-checkpoint}: an unfinished run's
 * output with its checkpoints, and the parameters that it ended with where it was not interrupted.
 * Run it only for a new format version, into a new folder: old ones stay readable.
 *
 * <p>Arguments: folder; {@code outer} for the second.
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

  /** With an outer step, in epochs of 9 minibatches that whole rounds of 4 do not fit. */
  static Training outer(Path work, Path output) {
    ShardSet shards =
        TestShards.clusters(
            work.resolve("outer-shards"),
            8,
            Training.WIDTH,
            Training.CLASSES,
            true,
            18,
            15,
            17,
            16);
    Training training = new Training(shards, output.toUri().toString());
    training.outer = new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0.75));
    training.every = 4;
    return training;
  }

  private static Training training(boolean outer, Path work, Path output) {
    return outer ? outer(work, output) : training(work, output);
  }

  public static void main(String[] arguments) throws IOException {
    Path to = Path.of(arguments[0]);
    Path work = Files.createTempDirectory("frozen");
    boolean outer = arguments.length > 1;
    TrainingOutcome whole = training(outer, work, work.resolve("whole")).run();
    Files.createDirectories(to);
    Files.write(to.resolve("expected-parameters.bin"), whole.parameters().chunks()[0]);

    Training killed = training(outer, work, to);
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
