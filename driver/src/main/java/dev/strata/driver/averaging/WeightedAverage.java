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
  /** Elements that a thread takes at a time; vectors' chunks are a multiple of it. */
  private static final int PART = 1 << 16;

  /** Elements that stay in the nearest cache while they are summed, divided and passed on. */
  private static final int PIECE = 1 << 11;

  /** Keeps the logarithm of the variance of constant inputs finite. */
  private static final double LEAST_VARIANCE = 1e-30;

  private WeightedAverage() {}

  /** Takes a mean piece by piece while it is made, from several threads. */
  @FunctionalInterface
  interface Pieces {
    Pieces NONE = (from, mean, size) -> {};

    /**
     * @param mean elements {@code [from, from + size)} of it, valid during the call
     */
    void piece(long from, float[] mean, int size);
  }

  /**
   * Σ wᵢ·xᵢ / Σ wᵢ, element by element.
   *
   * @param vectors at least one, of one length
   * @param weights above 0, one each
   */
  public static StateVector of(List<StateVector> vectors, long[] weights) {
    return of(vectors, weights, Pieces.NONE);
  }

  /**
   * As above.
   *
   * @param pieces is given the mean while it is in the cache; not where there is one vector, which
   *     is the mean itself
   */
  static StateVector of(List<StateVector> vectors, long[] weights, Pieces pieces) {
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
    boolean finite =
        LongStream.range(0, (length + PART - 1) / PART)
                .parallel()
                .filter(part -> !average(vectors, weights, rows, mean, part * PART, pieces))
                .count()
            == 0;
    if (finite) {
      mean.markFinite();
    }
    return mean;
  }

  /** One part, in pieces; returns whether all its elements are finite. */
  private static boolean average(
      List<StateVector> vectors,
      long[] weights,
      double total,
      StateVector mean,
      long from,
      Pieces pieces) {
    double[] sums = new double[PIECE];
    double[] terms = new double[PIECE];
    float[] piece = new float[PIECE];
    float notFinite = 0;
    long end = Math.min(from + PART, mean.length());
    for (long at = from; at < end; at += PIECE) {
      int size = (int) Math.min(PIECE, end - at);
      for (int i = 0; i < weights.length; i++) {
        vectors.get(i).read(at, piece, size);
        widen(piece, terms, size);
        if (i == 0) {
          scale(terms, (double) weights[i], sums, size);
        } else {
          add(terms, (double) weights[i], sums, size);
        }
      }
      divide(sums, total, size);
      notFinite += narrow(sums, piece, size);
      mean.write(at, piece, size);
      pieces.piece(at, piece, size);
    }
    return notFinite == 0;
  }

  // Loops of one kind each: Java makes vector instructions of those without conversions.

  private static void widen(float[] from, double[] to, int size) {
    for (int j = 0; j < size; j++) {
      to[j] = from[j];
    }
  }

  private static void scale(double[] terms, double weight, double[] sums, int size) {
    for (int j = 0; j < size; j++) {
      sums[j] = weight * terms[j];
    }
  }

  private static void add(double[] terms, double weight, double[] sums, int size) {
    for (int j = 0; j < size; j++) {
      sums[j] += weight * terms[j];
    }
  }

  private static void divide(double[] sums, double total, int size) {
    for (int j = 0; j < size; j++) {
      sums[j] /= total;
    }
  }

  /**
   * Rounds to float32.
   *
   * @return 0 where all are finite, else NaN: 0·x of infinity or NaN. Four sums, for each addition
   *     waits for the one before it.
   */
  private static float narrow(double[] from, float[] to, int size) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int j = 0;
    for (; j + 3 < size; j += 4) {
      to[j] = (float) from[j];
      to[j + 1] = (float) from[j + 1];
      to[j + 2] = (float) from[j + 2];
      to[j + 3] = (float) from[j + 3];
      first += to[j] * 0f;
      second += to[j + 1] * 0f;
      third += to[j + 2] * 0f;
      fourth += to[j + 3] * 0f;
    }
    for (; j < size; j++) {
      to[j] = (float) from[j];
      first += to[j] * 0f;
    }
    return first + second + third + fourth;
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
        if (agree(vectors, segment.mean() + j) && agree(vectors, segment.variance() + j)) {
          // Frozen statistics do not move, not even by a rounding: their mean is exact.
          continue;
        }
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

  private static boolean agree(List<StateVector> vectors, long at) {
    float first = vectors.get(0).get(at);
    return vectors.stream().allMatch(vector -> vector.get(at) == first);
  }
}
