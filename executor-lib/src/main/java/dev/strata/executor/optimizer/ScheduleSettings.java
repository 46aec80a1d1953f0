package dev.strata.executor.optimizer;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration section {@code network.schedule}: the learning rate as a function of t, the
 * minibatches (unit = iteration) or epochs finished. {@code rate} is {@code
 * network.updater.learning-rate}. In the first {@code warm-up} of them it is rate · (t + 1) /
 * warm-up (Goyal et al. 2017, "Accurate, large minibatch SGD", section 2.2), and t is counted from
 * there on.
 *
 * <ul>
 *   <li>none: rate
 *   <li>step: rate · gamma^floor(t / step)
 *   <li>exponential: rate · gamma^(t / step)
 *   <li>inverse: rate / (1 + gamma · t / step)^power
 *   <li>sigmoid: rate / (1 + e^(gamma · (t − step))), half the rate at t = step
 *   <li>polynomial: rate · (1 − t / length)^power, in 200 stairs; 0 from t = length on
 *   <li>cosine: low + (rate − low) · (1 + cos(π · t / length)) / 2 with low = floor · rate
 *       (Loshchilov and Hutter 2017, "SGDR", equation 5), in 200 stairs; low from t = length on
 *   <li>cosine-restarts: the same in cycles: the first is {@code step} long, each other growth
 *       times as long as the one before; low from t = length on
 *   <li>cycle (Smith 2018, "A disciplined approach to neural network hyper-parameters", the 1cycle
 *       policy): linearly up to peak within step, back within step, then down to gamma · rate until
 *       length; repeated
 *   <li>map: the value of the greatest key that is not greater than t
 * </ul>
 *
 * @param type one of {@link Schedules#NAMES}
 * @param unit {@code iteration} or {@code epoch}
 * @param values of map: t → rate, with 0 among the keys
 * @param warmUp minibatches or epochs in which the rate rises at first; 0: none
 * @param floor of cosine and cosine-restarts: lowest rate as a fraction of rate, in [0, 1)
 * @param growth of cosine-restarts: length of a cycle over that of the one before, at least 1
 */
@RecordBuilder
public record ScheduleSettings(
    String type,
    String unit,
    double gamma,
    double step,
    double power,
    int length,
    double peak,
    Map<Integer, Double> values,
    int warmUp,
    double floor,
    double growth)
    implements Serializable {
  public ScheduleSettings {
    values = new TreeMap<>(values);
  }

  /** Without warm-up, floor and growth. */
  public ScheduleSettings(
      String type,
      String unit,
      double gamma,
      double step,
      double power,
      int length,
      double peak,
      Map<Integer, Double> values) {
    this(type, unit, gamma, step, power, length, peak, values, 0, 0, 1);
  }

  /** The same course at a multiple of the rates that it names itself. */
  public ScheduleSettings times(double factor) {
    Map<Integer, Double> rates = new TreeMap<>();
    values.forEach((time, rate) -> rates.put(time, rate * factor));
    return ScheduleSettingsBuilder.builder(this).peak(peak * factor).values(rates).build();
  }

  /**
   * The defaults of the keys: no schedule, so that the learning rate is constant; gamma 0.1, step
   * 1000 iterations, power 1, length 10,000 iterations, peak 0.01, no values, no warm-up, floor 0,
   * growth 1.
   */
  public static ScheduleSettings none() {
    return new ScheduleSettings("none", "iteration", 0.1, 1000, 1, 10000, 0.01, Map.of());
  }
}
