package dev.strata.driver.averaging;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Weighted means of flat vectors, summed in float64 in the order given and rounded to float32 once.
 *
 * <p>With one contributor the mean is its vector bit for bit: n·x is exact in float64 for n below
 * 2²⁹, and so n·x / n is x.
 */
public final class WeightedAverage {
  private static final int PART = 1 << 13;

  /** Keeps the logarithm of the variance of constant inputs finite. */
  private static final double LEAST_VARIANCE = 1e-30;

  private WeightedAverage() {}

  /**
   * Σ wᵢ·xᵢ / Σ wᵢ, element by element.
   *
   * @param vectors at least one, of one length
   * @param weights above 0, one each
   */
  public static StateVector of(List<StateVector> vectors, long[] weights) {
    if (vectors.isEmpty() || vectors.size() != weights.length) {
      throw new IllegalArgumentException(
          vectors.size() + " vectors, " + weights.length + " weights");
    }
    if (vectors.size() == 1) {
      return vectors.get(0);
    }
    double total = 0;
    for (long weight : weights) {
      total += weight;
    }
    long length = vectors.get(0).length();
    StateVector mean = StateVector.zeros(length);
    double rows = total;
    // Elements do not depend on each other: threads change no bit.
    LongStream.range(0, (length + PART - 1) / PART)
        .parallel()
        .forEach(part -> average(vectors, weights, rows, mean, part * PART));
    return mean;
  }

  private static void average(
      List<StateVector> vectors, long[] weights, double total, StateVector mean, long from) {
    int size = (int) Math.min(PART, mean.length() - from);
    double[] sums = new double[size];
    float[] part = new float[size];
    for (int i = 0; i < weights.length; i++) {
      vectors.get(i).read(from, part, size);
      double weight = weights[i];
      if (i == 0) {
        for (int j = 0; j < size; j++) {
          sums[j] = weight * part[j];
        }
      } else {
        for (int j = 0; j < size; j++) {
          sums[j] += weight * part[j];
        }
      }
    }
    for (int j = 0; j < size; j++) {
      part[j] = (float) (sums[j] / total);
    }
    mean.write(from, part, size);
  }

  /**
   * Pools running means and variances in place of their plain averages: with weights n_w and N = Σ
   * n_w,
   *
   * <pre>
   *   μ  = Σ n_w μ_w / N
   *   σ² = Σ n_w (σ_w² + μ_w²) / N − μ²
   * </pre>
   *
   * the mean and the variance of the union of the workers' samples. DL4J stores log₁₀ σ by default;
   * the pooled value is stored the same way.
   *
   * @param mean what {@link #of} gave; changed
   */
  public static void pool(
      StateVector mean,
      List<StateVector> vectors,
      long[] weights,
      List<PooledStatistics> statistics) {
    if (vectors.size() == 1) {
      return;
    }
    double total = 0;
    for (long weight : weights) {
      total += weight;
    }
    for (PooledStatistics segment : statistics) {
      for (int j = 0; j < segment.length(); j++) {
        double first = 0;
        double second = 0;
        for (int i = 0; i < weights.length; i++) {
          double mu = vectors.get(i).get(segment.mean() + j);
          double stored = vectors.get(i).get(segment.variance() + j);
          double variance = segment.log10Deviation() ? Math.pow(10, 2 * stored) : stored;
          first += weights[i] * mu;
          second += weights[i] * (variance + mu * mu);
        }
        double mu = first / total;
        double variance = Math.max(LEAST_VARIANCE, second / total - mu * mu);
        double stored = segment.log10Deviation() ? Math.log10(variance) / 2 : variance;
        mean.set(segment.mean() + j, (float) mu);
        mean.set(segment.variance() + j, (float) stored);
      }
    }
  }
}
