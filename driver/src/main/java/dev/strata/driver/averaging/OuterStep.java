package dev.strata.driver.averaging;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A step of the driver along the way that the workers went in a round. With x the parameters that
 * the round started from, m the workers' mean and d = m − x:
 *
 * <pre>
 *   v' = μ v + d
 *   x' = x + η (d + μ v')
 * </pre>
 *
 * <p>Nesterov momentum on the outer gradient −d: block-wise model update filtering (Chen and Huo
 * 2016), SlowMo (Wang et al. 2020), DiLoCo (Douillard et al. 2023). Computed in float64, stored in
 * float32. With η = 1 and μ = 0 it is m, bit for bit. Running statistics are not trained: they are
 * what was pooled.
 */
final class OuterStep {
  private static final int PART = 1 << 13;

  private final double rate;
  private final double momentum;
  private final List<PooledStatistics> statistics;

  OuterStep(double rate, double momentum, List<PooledStatistics> statistics) {
    this.rate = rate;
    this.momentum = momentum;
    this.statistics = List.copyOf(statistics);
  }

  /**
   * @param parameters x'
   * @param velocity v'
   */
  record Moved(StateVector parameters, StateVector velocity) {}

  /**
   * @param velocity v, or empty before the first step
   */
  Moved from(StateVector start, StateVector mean, StateVector velocity) {
    long length = mean.length();
    StateVector moved = StateVector.zeros(length);
    StateVector kept = StateVector.zeros(length);
    // Elements do not depend on each other: threads change no bit.
    LongStream.range(0, (length + PART - 1) / PART)
        .parallel()
        .forEach(
            part -> {
              long from = part * PART;
              int size = (int) Math.min(PART, length - from);
              float[] x = new float[size];
              float[] m = new float[size];
              float[] v = new float[size];
              start.read(from, x, size);
              mean.read(from, m, size);
              if (velocity.length() > 0) {
                velocity.read(from, v, size);
              }
              step(x, m, v, size);
              moved.write(from, m, size);
              kept.write(from, v, size);
            });
    for (PooledStatistics segment : statistics) {
      for (int i = 0; i < segment.length(); i++) {
        restore(segment.mean() + i, mean, moved, kept);
        restore(segment.variance() + i, mean, moved, kept);
      }
    }
    return new Moved(moved, kept);
  }

  /** Overwrites m with x' and v with v'. */
  private void step(float[] x, float[] m, float[] v, int size) {
    for (int i = 0; i < size; i++) {
      double way = (double) m[i] - x[i];
      v[i] = (float) (momentum * v[i] + way);
      // From the mean, not from x: so nothing is rounded where there is nothing to add.
      double beyond = (rate - 1) * way + rate * momentum * v[i];
      if (beyond != 0) {
        m[i] = (float) (m[i] + beyond);
      }
    }
  }

  private static void restore(long at, StateVector mean, StateVector moved, StateVector velocity) {
    moved.set(at, mean.get(at));
    velocity.set(at, 0);
  }
}
