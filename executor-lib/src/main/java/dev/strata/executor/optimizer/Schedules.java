package dev.strata.executor.optimizer;

import dev.strata.executor.failure.Names;
import dev.strata.executor.failure.NetworkProblems;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * Stock DL4J schedules that compute the formulas of {@link ScheduleSettings}. Where DL4J's own
 * reading of a name would surprise (its sigmoid and polynomial raise the rate, its cycle ends in a
 * factor per minibatch), the stock class is given the constants, or the table, that give ours.
 */
public final class Schedules {
  /** Stairs of the polynomial schedule, which DL4J has none of that falls. */
  static final int STAIRS = 200;

  /** Name → (settings, initial rate) → schedule; null for a constant rate. */
  public static final Names<BiFunction<ScheduleSettings, Double, ISchedule>> NAMES =
      new Names<BiFunction<ScheduleSettings, Double, ISchedule>>()
          .with("none", (s, rate) -> null)
          .with("step", (s, rate) -> new StepSchedule(unit(s), rate, s.gamma(), s.step()))
          .with(
              "exponential",
              (s, rate) ->
                  new ExponentialSchedule(unit(s), rate, Math.pow(s.gamma(), 1 / s.step())))
          .with(
              "inverse",
              (s, rate) -> new InverseSchedule(unit(s), rate, s.gamma() / s.step(), s.power()))
          .with("polynomial", Schedules::polynomial)
          .with(
              "sigmoid",
              (s, rate) -> new SigmoidSchedule(unit(s), rate, -s.gamma(), (int) s.step()))
          .with("cycle", Schedules::cycle)
          .with("map", (s, rate) -> new MapSchedule(unit(s), new HashMap<>(s.values())));

  private Schedules() {}

  /** Builds a network's schedule; null for a constant rate. */
  public static ISchedule build(ScheduleSettings settings, double rate, NetworkProblems problems) {
    return build("network", settings, rate, problems);
  }

  /**
   * Builds the schedule; null for a constant rate.
   *
   * @param section path of the section that holds {@code schedule}
   */
  public static ISchedule build(
      String section, ScheduleSettings settings, double rate, NetworkProblems problems) {
    int before = problems.list().size();
    String at = section + ".schedule.";
    var make = NAMES.find(at + "type", settings.type(), problems);
    check(at, settings, rate, problems);
    return problems.list().size() == before ? make.orElseThrow().apply(settings, rate) : null;
  }

  private static void check(String at, ScheduleSettings s, double rate, NetworkProblems problems) {
    if (!s.unit().equals("iteration") && !s.unit().equals("epoch")) {
      problems.add(at + "unit", s.unit(), "iteration or epoch");
    }
    switch (s.type()) {
      case "step", "exponential", "inverse" -> {
        problems.positive(at + "gamma", s.gamma(), Double.POSITIVE_INFINITY);
        problems.positive(at + "step", s.step(), Double.POSITIVE_INFINITY);
      }
      case "sigmoid" -> {
        problems.positive(at + "gamma", s.gamma(), Double.POSITIVE_INFINITY);
        problems.range(at + "step", s.step(), 1, Integer.MAX_VALUE);
      }
      case "cycle" -> {
        problems.positive(at + "gamma", s.gamma(), Double.POSITIVE_INFINITY);
        problems.range(at + "step", s.step(), 1, Integer.MAX_VALUE);
        problems.range(at + "length", s.length(), 2 * s.step(), Double.POSITIVE_INFINITY);
        problems.range(at + "peak", s.peak(), rate, Double.POSITIVE_INFINITY);
      }
      case "polynomial" -> problems.range(at + "length", s.length(), 1, Double.POSITIVE_INFINITY);
      case "map" -> checkMap(at + "values", s.values(), problems);
      default -> {}
    }
    if (s.type().equals("inverse") || s.type().equals("polynomial")) {
      problems.positive(at + "power", s.power(), Double.POSITIVE_INFINITY);
    }
  }

  private static void checkMap(String at, Map<Integer, Double> values, NetworkProblems problems) {
    if (!values.containsKey(0)) {
      problems.add(at, values, "a key 0 with the initial rate");
    }
    values.forEach(
        (t, rate) -> {
          if (t < 0) {
            problems.add(at, t, "keys ≥ 0");
          }
          problems.range(at + "." + t, rate, 0, Double.POSITIVE_INFINITY);
        });
  }

  private static ISchedule polynomial(ScheduleSettings s, double rate) {
    Map<Integer, Double> stairs = new HashMap<>();
    int count = Math.min(STAIRS, s.length());
    for (int i = 0; i <= count; i++) {
      int t = (int) ((long) i * s.length() / count);
      stairs.put(t, rate * Math.pow(1 - (double) t / s.length(), s.power()));
    }
    return new MapSchedule(unit(s), stairs);
  }

  private static ISchedule cycle(ScheduleSettings s, double rate) {
    int tail = s.length() - 2 * (int) s.step();
    double decay = tail == 0 ? 1 : Math.pow(s.gamma(), 1.0 / tail);
    return new CycleSchedule(unit(s), rate, s.peak(), s.length(), tail, decay);
  }

  private static ScheduleType unit(ScheduleSettings settings) {
    return settings.unit().equals("epoch") ? ScheduleType.EPOCH : ScheduleType.ITERATION;
  }
}
