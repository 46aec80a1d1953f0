package dev.strata.executor.optimizer;

import dev.strata.executor.failure.Names;
import dev.strata.executor.failure.NetworkProblems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
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

  private static final int STAIRS_OF_A_CYCLE = 20;
  private static final int MOST_CYCLES = 50;

  /** Types that are tables, and can be joined to another piece. */
  private static final List<String> TABLES =
      List.of("none", "cosine", "cosine-restarts", "polynomial", "map");

  /** Name → (settings, initial rate) → schedule; null for a constant rate. */
  public static final Names<BiFunction<ScheduleSettings, Double, ISchedule>> NAMES =
      new Names<BiFunction<ScheduleSettings, Double, ISchedule>>()
          .with("none", (s, rate) -> null)
          .with("cosine", Schedules::cosine)
          .with("cosine-restarts", Schedules::restarts)
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
    checkWarmUp(at, settings, problems);
    if (problems.list().size() != before) {
      return null;
    }
    ISchedule course = make.orElseThrow().apply(settings, rate);
    return settings.warmUp() == 0 ? course : warmedUp(settings, rate, course);
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
      case "cosine" -> {
        problems.range(at + "length", s.length(), 1, Double.POSITIVE_INFINITY);
        checkFloor(at, s, problems);
      }
      case "cosine-restarts" -> {
        problems.range(at + "length", s.length(), 1, Double.POSITIVE_INFINITY);
        problems.range(at + "step", s.step(), 1, Integer.MAX_VALUE);
        problems.range(at + "growth", s.growth(), 1, Double.POSITIVE_INFINITY);
        checkFloor(at, s, problems);
        if (s.step() >= 1 && s.growth() >= 1 && cycles(s).size() > MOST_CYCLES) {
          problems.add(at + "step", s.step(), "at most " + MOST_CYCLES + " cycles within length");
        }
      }
      case "polynomial" -> problems.range(at + "length", s.length(), 1, Double.POSITIVE_INFINITY);
      case "map" -> checkMap(at + "values", s.values(), problems);
      default -> {}
    }
    if (s.type().equals("inverse") || s.type().equals("polynomial")) {
      problems.positive(at + "power", s.power(), Double.POSITIVE_INFINITY);
    }
  }

  private static void checkFloor(String at, ScheduleSettings s, NetworkProblems problems) {
    problems.range(at + "floor", s.floor(), 0, 1);
  }

  private static void checkWarmUp(String at, ScheduleSettings s, NetworkProblems problems) {
    problems.range(at + "warm-up", s.warmUp(), 0, Integer.MAX_VALUE);
    if (s.warmUp() > 0 && !TABLES.contains(s.type())) {
      problems.add(
          at + "warm-up",
          s.warmUp(),
          "0, or one of the types " + String.join(", ", TABLES) + ": DL4J cannot join others");
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
    stairs(stairs, 0, s.length(), STAIRS, t -> rate * Math.pow(1 - t / s.length(), s.power()));
    stairs.put(s.length(), 0.0);
    return new MapSchedule(unit(s), stairs);
  }

  /**
   * A piece of a table.
   *
   * @param from first t of the piece
   * @param length of the piece
   * @param most stairs
   * @param rate by the time since the piece began
   */
  private static void stairs(
      Map<Integer, Double> to, int from, int length, int most, DoubleUnaryOperator rate) {
    int count = Math.min(most, length);
    for (int i = 0; i < count; i++) {
      int t = (int) ((long) i * length / count);
      to.put(from + t, rate.applyAsDouble(t));
    }
  }

  private static ISchedule cosine(ScheduleSettings s, double rate) {
    return cosine(s, rate, List.of(s.length()));
  }

  private static ISchedule restarts(ScheduleSettings s, double rate) {
    return cosine(s, rate, cycles(s));
  }

  /** Lengths of the cycles; the last one is cut off at the end. */
  private static List<Integer> cycles(ScheduleSettings s) {
    List<Integer> cycles = new ArrayList<>();
    double length = s.step();
    for (long begin = 0; begin < s.length() && cycles.size() <= MOST_CYCLES; length *= s.growth()) {
      int whole = (int) Math.min(Integer.MAX_VALUE, Math.round(length));
      cycles.add(whole);
      begin += whole;
    }
    return cycles;
  }

  /**
   * Times at which the cycles of a cyclic schedule end, in order, warm-up included: of
   * cosine-restarts the cycles that are complete within {@code length}, of cycle each {@code
   * length}; of other schedules none.
   *
   * @param until last time that counts, in {@code unit}
   */
  public static List<Integer> cycleEnds(ScheduleSettings s, long until) {
    List<Integer> ends = new ArrayList<>();
    if (s.length() < 1) {
      // A problem of the length, which is reported elsewhere.
      return ends;
    }
    switch (s.type()) {
      case "cosine-restarts" -> {
        long end = s.warmUp();
        for (int length : cycles(s)) {
          end += length;
          if (end <= Math.min(until, (long) s.warmUp() + s.length())) {
            ends.add(Math.toIntExact(end));
          }
        }
      }
      case "cycle" -> {
        for (long end = s.length(); end <= Math.min(until, Integer.MAX_VALUE); end += s.length()) {
          ends.add((int) end);
        }
      }
      default -> {}
    }
    return ends;
  }

  private static ISchedule cosine(ScheduleSettings s, double rate, List<Integer> cycles) {
    Map<Integer, Double> table = new HashMap<>();
    double low = s.floor() * rate;
    int begin = 0;
    for (int length : cycles) {
      stairs(
          table,
          begin,
          length,
          Math.max(STAIRS_OF_A_CYCLE, STAIRS / cycles.size()),
          t -> low + (rate - low) * (1 + Math.cos(Math.PI * t / length)) / 2);
      begin += length;
      if (begin < 0) {
        break;
      }
    }
    table.keySet().removeIf(t -> t >= s.length() || t < 0);
    table.put(s.length(), low);
    return new MapSchedule(unit(s), table);
  }

  /** The course, later by the time in which the rate rises. */
  private static ISchedule warmedUp(ScheduleSettings s, double rate, ISchedule course) {
    Map<Integer, Double> table = new HashMap<>();
    stairs(table, 0, s.warmUp(), STAIRS, t -> rate * (t + 1) / s.warmUp());
    if (course instanceof MapSchedule map) {
      map.getValues().forEach((t, value) -> table.put(s.warmUp() + t, value));
    } else {
      table.put(s.warmUp(), rate);
    }
    return new MapSchedule(unit(s), table);
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
