package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.TestShards;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.ScheduleSettingsBuilder;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a run that is killed and repeated are those of a run in one piece. */
class SnapshotResumeTest {
  @TempDir private Path folder;

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aKilledRunKeepsTheSameSnapshots() {
    Map<Integer, float[]> expected = new TreeMap<>();
    TrainingOutcome whole = training("whole", expected, 0).run();
    assertThat(expected).containsOnlyKeys(1, 2, 3);
    assertThat(expected.get(1)).isNotEqualTo(expected.get(2));
    assertThat(expected.get(3)).isEqualTo(whole.parameters().toFloats());

    Map<Integer, float[]> found = new TreeMap<>();
    // while the second snapshot is kept, the last checkpoint being older than the first one's round
    assertThatThrownBy(() -> training("killed", found, 2).run()).isInstanceOf(Killed.class);
    assertThat(found).containsOnlyKeys(1);
    Training again = training("killed", found, 0);
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(resumed.resumedFromRound()).isPresent();
    assertThat(found).containsOnlyKeys(1, 2, 3);
    expected.forEach((cycle, model) -> assertThat(found.get(cycle)).containsExactly(model));
  }

  /**
   * @param killedAt cycle at whose end the run dies; 0: it does not
   */
  private Training training(String output, Map<Integer, float[]> kept, int killedAt) {
    ShardSet shards =
        TestShards.clusters(
            folder.resolve(output + "-rows"), 3, Training.WIDTH, Training.CLASSES, false, 21, 13);
    Training training = new Training(shards, folder.resolve(output).toString());
    training.epochs = 6;
    training.checkpointEvery = 5;
    ScheduleSettings schedule =
        ScheduleSettingsBuilder.builder(ScheduleSettings.none())
            .type("cosine-restarts")
            .unit("epoch")
            .step(2)
            .build();
    training.snapshots =
        Optional.of(
            new Snapshots(
                schedule,
                (cycle, state, validation) -> {
                  if (cycle == killedAt) {
                    throw new Killed();
                  }
                  kept.put(cycle, state.model().toFloats());
                }));
    return training;
  }
}
