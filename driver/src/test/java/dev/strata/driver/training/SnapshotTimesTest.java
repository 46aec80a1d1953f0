package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.averaging.TrainingStateBuilder;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.ScheduleSettingsBuilder;
import dev.strata.executor.optimizer.Schedules;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** After which rounds a snapshot is kept. */
class SnapshotTimesTest {
  /** Four minibatches an epoch, in two rounds. */
  private static final EpochPlan PLAN = new EpochPlan(List.of(27L, 27L), 8, 2);

  @Test
  void theLastRoundWithinACycleIsItsSnapshot() {
    assertThat(rounds(restarts("iteration", 8, 1), 6)).isEqualTo(Map.of(4, 1, 8, 2, 12, 3));
    assertThat(rounds(restarts("iteration", 7, 1), 6)).isEqualTo(Map.of(3, 1, 7, 2, 10, 3));
    assertThat(rounds(restarts("iteration", 4, 2), 6)).isEqualTo(Map.of(2, 1, 6, 2));
  }

  @Test
  void cyclesOfEpochsEndWithEpochs() {
    assertThat(rounds(restarts("epoch", 2, 1), 6)).isEqualTo(Map.of(4, 1, 8, 2, 12, 3));
    ScheduleSettings warm =
        ScheduleSettingsBuilder.builder(restarts("epoch", 2, 1)).warmUp(1).build();
    assertThat(rounds(warm, 6)).isEqualTo(Map.of(6, 1, 10, 2));
  }

  /** So that a finished training may be continued. */
  @Test
  void moreEpochsKeepTheSameOnesAndMore() {
    for (int step : new int[] {5, 7, 8, 9}) {
      Map<Integer, Integer> all = rounds(restarts("iteration", step, 1), 6);
      for (int epochs = 3; epochs < 6; epochs++) {
        Map<Integer, Integer> some = new TreeMap<>(all);
        int rounds = 2 * epochs;
        some.keySet().removeIf(round -> round > rounds);
        assertThat(rounds(restarts("iteration", step, 1), epochs)).isEqualTo(some);
      }
    }
  }

  @Test
  void theOneCyclePolicyIsRepeated() {
    ScheduleSettings cycle =
        ScheduleSettingsBuilder.builder(restarts("iteration", 3, 1))
            .type("cycle")
            .length(8)
            .build();
    assertThat(rounds(cycle, 6)).isEqualTo(Map.of(4, 1, 8, 2, 12, 3));
    assertThat(Schedules.cycleEnds(ScheduleSettings.none(), 1000)).isEmpty();
  }

  @Test
  void trainingWithoutTheEndOfACycleIsRefused() {
    assertThatThrownBy(() -> SnapshotTimes.of(restarts("iteration", 50, 1), PLAN, 0, 6))
        .hasMessageContaining("training.snapshots")
        .hasMessageContaining("training of 24 iterations");
  }

  private static ScheduleSettings restarts(String unit, int step, double growth) {
    return ScheduleSettingsBuilder.builder(ScheduleSettings.none())
        .type("cosine-restarts")
        .unit(unit)
        .step(step)
        .length(1000)
        .growth(growth)
        .build();
  }

  /** Round → cycle. */
  private static Map<Integer, Integer> rounds(ScheduleSettings schedule, int epochs) {
    SnapshotTimes times = SnapshotTimes.of(schedule, PLAN, 0, epochs);
    Map<Integer, Integer> found = new TreeMap<>();
    TrainingState begin =
        TrainingState.beginning(0, StateVector.zeros(1), StateVector.zeros(0), 2, false);
    for (int round = 1; round <= 2 * epochs; round++) {
      boolean ends = round % 2 == 0;
      TrainingState now =
          TrainingStateBuilder.builder(begin)
              .epoch(round / 2)
              .roundInEpoch(round % 2)
              .round(round)
              .iteration(2L * round)
              .build();
      int after = round;
      times.due(now, ends).ifPresent(cycle -> found.put(after, cycle));
    }
    return found;
  }
}
