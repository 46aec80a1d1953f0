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

  private static double cosine(double t, double length, double low) {
    return low + (RATE - low) * (1 + Math.cos(Math.PI * t / length)) / 2;
  }

  private static ISchedule built(ScheduleSettings settings) {
    NetworkProblems problems = new NetworkProblems();
    ISchedule schedule = Schedules.build(settings, RATE, problems);
    problems.raise();
    return schedule;
  }

  private static ScheduleSettingsBuilder settings(String type) {
    return ScheduleSettingsBuilder.builder(ScheduleSettings.none()).type(type);
  }

  @Test
  void cosineFallsToTheFloor() {
    ISchedule built = built(settings("cosine").length(150).floor(0.1).build());
    for (int t = 0; t < 400; t++) {
      double expected = t >= 150 ? 0.1 * RATE : cosine(t, 150, 0.1 * RATE);
      assertThat(built.valueAt(t, 0)).as("at %d", t).isEqualTo(expected, offset(1e-15));
    }
    ISchedule ofLongTraining = built(settings("cosine").length(10_000).build());
    for (int t = 0; t < 12_000; t++) {
      // A stair is 50 minibatches wide: the rate is that of its beginning.
      int stair = t / 50 * 50;
      double expected = t >= 10_000 ? 0 : cosine(stair, 10_000, 0);
      assertThat(ofLongTraining.valueAt(t, 0)).isEqualTo(expected, offset(1e-15));
    }
  }

  /** Cycles of 20, 40 and 80, the last one cut off at 100. */
  @Test
  void restartsBeginAtTheRate() {
    ISchedule built =
        built(settings("cosine-restarts").step(20).growth(2).length(100).floor(0.05).build());
    double low = 0.05 * RATE;
    for (int t = 0; t < 200; t++) {
      double expected =
          t < 20
              ? cosine(t, 20, low)
              : t < 60 ? cosine(t - 20, 40, low) : t < 100 ? cosine(t - 60, 80, low) : low;
      // 66 stairs a cycle: of the last one a stair may be two minibatches wide.
      double tolerance = t < 60 || t >= 100 ? 1e-15 : RATE * Math.PI / 80;
      assertThat(built.valueAt(t, 0)).as("at %d", t).isEqualTo(expected, offset(tolerance));
    }
  }

  @Test
  void warmUpRisesAndTheCourseBeginsBehindIt() {
    ISchedule constant = built(settings("none").warmUp(10).build());
    ISchedule falling = built(settings("cosine").warmUp(10).length(100).build());
    ISchedule map = built(settings("map").warmUp(10).values(Map.of(0, 0.3, 5, 0.1)).build());
    for (int t = 0; t < 150; t++) {
      double rising = RATE * (t + 1) / 10;
      assertThat(constant.valueAt(t, 0)).isEqualTo(t < 10 ? rising : RATE, offset(1e-15));
      assertThat(falling.valueAt(t, 0))
          .isEqualTo(t < 10 ? rising : t < 110 ? cosine(t - 10, 100, 0) : 0, offset(1e-15));
      assertThat(map.valueAt(t, 0)).isEqualTo(t < 10 ? rising : t < 15 ? 0.3 : 0.1, offset(1e-15));
    }
  }

  @Test
  void whatCannotBeATableIsRefused() {
    NetworkProblems problems = new NetworkProblems();
    assertThat(Schedules.build(settings("step").warmUp(5).build(), RATE, problems)).isNull();
    assertThat(
            Schedules.build(
                settings("cosine-restarts").step(1).length(1000).build(), RATE, problems))
        .isNull();
    assertThat(Schedules.build(settings("cosine").floor(1.5).build(), RATE, problems)).isNull();
    assertThat(problems.list().toString())
        .contains("network.schedule.warm-up", "network.schedule.step", "network.schedule.floor");
  }
}
