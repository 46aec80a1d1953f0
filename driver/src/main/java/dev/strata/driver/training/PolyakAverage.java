package dev.strata.driver.training;

import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.averaging.StatisticsSegments;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.StateVector;
import java.util.stream.LongStream;

/**
 * The average p of the workers' means m over rounds: exponential, p = decay · p + (1 − decay) · m,
 * or uniform, p = p + (m − p) / n in the n-th round (Polyak and Juditsky 1992; Izmailov et al.
 * 2018, equation 2). It begins as the first round's m. Computed in float64, stored in float32.
 * Running statistics are m's; those of p itself are computed where p is used.
 */
final class PolyakAverage {
  private static final int PART = 1 << 13;

  private final PolyakSettings settings;
  private final ParameterLayout layout;

  PolyakAverage(PolyakSettings settings, ParameterLayout layout) {
    this.settings = settings;
    this.layout = layout;
  }

  /**
   * @param average of the rounds before
   * @param count of these rounds
   * @param mean m of one more round
   */
  StateVector after(StateVector average, long count, StateVector mean) {
    if (count == 0) {
      return mean;
    }
    double share =
        settings.type() == PolyakSettings.Type.UNIFORM ? 1.0 / (count + 1) : 1 - settings.decay();
    long length = mean.length();
    StateVector moved = StateVector.zeros(length);
    LongStream.range(0, (length + PART - 1) / PART)
        .parallel()
        .forEach(part -> part(part * PART, share, average, mean, moved));
    return StatisticsSegments.copied(mean, moved, layout);
  }

  private static void part(
      long from, double share, StateVector average, StateVector mean, StateVector moved) {
    int size = (int) Math.min(PART, mean.length() - from);
    float[] p = new float[size];
    float[] m = new float[size];
    average.read(from, p, size);
    mean.read(from, m, size);
    for (int i = 0; i < size; i++) {
      p[i] = (float) (p[i] + share * ((double) m[i] - p[i]));
    }
    moved.write(from, p, size);
  }
}
