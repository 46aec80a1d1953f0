package dev.strata.executor.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.strata.executor.failure.NetworkProblems;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

/** The formulas of {@link ScheduleSettings}, at every t, written down a second time. */
class SchedulesTest {
  private static final double RATE = 0.2;

  private static void follows(String type, double tolerance, IntToDoubleFunction expected) {
    for (String unit : new String[] {"iteration", "epoch"}) {
      ISchedule built =
          Schedules.build(
              new ScheduleSettings(
                  type, unit, 0.5, 40, 2, 300, 0.9, Map.of(0, 0.3, 10, 0.2, 100, 0.1)),
              RATE,
              new NetworkProblems());
      for (int t = 0; t < 700; t++) {
        double value = unit.equals("epoch") ? built.valueAt(12345, t) : built.valueAt(t, 12345);
        assertThat(value)
            .as("%s at %d", type, t)
            .isEqualTo(expected.applyAsDouble(t), offset(tolerance));
      }
    }
  }

  @Test
  void formulas() {
    follows("step", 1e-15, t -> RATE * Math.pow(0.5, t / 40));
    follows("exponential", 1e-12, t -> RATE * Math.pow(0.5, t / 40.0));
    follows("inverse", 1e-12, t -> RATE / Math.pow(1 + 0.5 * t / 40.0, 2));
    follows("sigmoid", 1e-12, t -> RATE / (1 + Math.exp(0.5 * (t - 40))));
    follows("map", 0, t -> t < 10 ? 0.3 : t < 100 ? 0.2 : 0.1);
  }

  @Test
  void polynomialFallsInStairsToZero() {
    // A stair is at most two minibatches wide here: the rate is between those of its ends.
    follows(
        "polynomial", RATE * 2 * 2 / 300, t -> t >= 300 ? 0 : RATE * Math.pow(1 - t / 300.0, 2));
  }

  @Test
  void cycleClimbsFallsAndFades() {
    follows(
        "cycle",
        1e-12,
        t -> {
          int position = t % 300;
          if (position < 40) {
            return RATE + (0.9 - RATE) * position / 40;
          }
          if (position < 80) {
            return 0.9 - (0.9 - RATE) * (position - 40) / 40;
          }
          return RATE * Math.pow(0.5, (position - 80) / 220.0);
        });
  }
}
