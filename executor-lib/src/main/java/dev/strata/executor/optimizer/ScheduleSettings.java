package dev.strata.executor.optimizer;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration section {@code network.schedule}: the learning rate as a function of t, the
 * minibatches (unit = iteration) or epochs finished. {@code rate} is {@code
 * network.updater.learning-rate}.
 *
 * <ul>
 *   <li>none: rate
 *   <li>step: rate · gamma^floor(t / step)
 *   <li>exponential: rate · gamma^(t / step)
 *   <li>inverse: rate / (1 + gamma · t / step)^power
 *   <li>sigmoid: rate / (1 + e^(gamma · (t − step))), half the rate at t = step
 *   <li>polynomial: rate · (1 − t / length)^power, in 200 stairs; 0 from t = length on
 *   <li>cycle: linearly up to peak within step, back within step, then down to gamma · rate until
 *       length; repeated
 *   <li>map: the value of the greatest key that is not greater than t
 * </ul>
 *
 * @param type one of {@link Schedules#NAMES}
 * @param unit {@code iteration} or {@code epoch}
 * @param values of map: t → rate, with 0 among the keys
 */
public record ScheduleSettings(
    String type,
    String unit,
    double gamma,
    double step,
    double power,
    int length,
    double peak,
    Map<Integer, Double> values)
    implements Serializable {
  public ScheduleSettings {
    values = new TreeMap<>(values);
  }

  /** The same course at a multiple of the rates that it names itself. */
  public ScheduleSettings times(double factor) {
    Map<Integer, Double> rates = new TreeMap<>();
    values.forEach((time, rate) -> rates.put(time, rate * factor));
    return new ScheduleSettings(type, unit, gamma, step, power, length, peak * factor, rates);
  }

  /**
   * The defaults of the keys: no schedule, so that the learning rate is constant; gamma 0.1, step
   * 1000 iterations, power 1, length 10,000 iterations, peak 0.01, no values.
   */
  public static ScheduleSettings none() {
    return new ScheduleSettings("none", "iteration", 0.1, 1000, 1, 10000, 0.01, Map.of());
  }
}
