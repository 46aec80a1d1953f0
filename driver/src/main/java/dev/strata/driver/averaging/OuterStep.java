package dev.strata.driver.averaging;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.StateVector;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A step of the driver along the way that the workers went in a round. With x the parameters that
 * the round started from, m the workers' mean and d = m − x, a whole round gives
 *
 * <pre>
 *   v' = μ v + d
 *   x' = x + η (d + μ v')  =  x + η ((1 + μ) d + μ² v)
 * </pre>
 *
 * <p>Nesterov momentum on the outer gradient −d: block-wise model update filtering (Chen and Huo
 * 2016), SlowMo (Wang et al. 2020), DiLoCo (Douillard et al. 2023). Where each round goes the same
 * way d, v settles at d / (1 − μ) and x moves by η d / (1 − μ) a round.
 *
 * <p>A round that holds only the share s of a whole one's minibatches (0 {@literal <} s ≤ 1) gives
 *
 * <pre>
 *   v' = μ^s v + (q / s) d                                  q = (1 − μ^s) / (1 − μ)
 *   x' = x + η ((1 − μ² q / s) / (1 − μ) d + μ² q v)
 * </pre>
 *
 * <p>With s = 1, q is 1 and this is the step above, which is computed as it always was. How it
 * follows: let each minibatch go the same way, so that a round of share s goes d = s D. v has to
 * settle at D / (1 − μ), and the distance to it has to shrink by μ^s, for shares add up as
 * exponents do; that is the first line. Of x, what D / (1 − μ) moves is s η D / (1 − μ); what v is
 * beyond that moves b(s) of itself, and two rounds are as good as one where b(s + t) = b(s) + μ^s
 * b(t), which with b(1) = η μ² leaves b(s) = η μ² q; that is the second.
 *
 * <p>So two laws hold exactly, up to rounding. Where minibatches go the same way, neither x nor v
 * depends on how they are cut into rounds, from whatever v. And whatever way a minibatch goes, it
 * moves x by η / (1 − μ) times that way in the end, whatever the share of its round. What no step
 * can make exact is d itself: workers that meet earlier go another way.
 *
 * <p>Computed in float64, stored in float32. With η = 1 and μ = 0 it is m, bit for bit, for every
 * share. Running statistics are not trained: they are what was pooled.
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
   * @param share s, in (0, 1]: the round's minibatches to those of a whole round
   */
  Moved from(StateVector start, StateVector mean, StateVector velocity, double share) {
    return begin(start, velocity, share).all(mean);
  }

  /** The same step, of a mean that comes in pieces. */
  Moving begin(StateVector start, StateVector velocity, double share) {
    return new Moving(start, velocity, share);
  }

  /** A step that is being computed while the mean is. */
  final class Moving implements WeightedAverage.Pieces {
    private final StateVector start;
    private final StateVector velocity;
    private final Factors factors;
    private final StateVector moved;
    private final StateVector kept;

    private Moving(StateVector start, StateVector velocity, double share) {
      this.start = start;
      this.velocity = velocity;
      this.factors = share == 1 ? null : factors(share);
      this.moved = StateVector.zeros(start.length());
      this.kept = StateVector.zeros(start.length());
    }

    /** A piece lies in one chunk of the vectors. */
    @Override
    public void piece(long from, float[] mean, int size) {
      float[] x = new float[size];
      float[] m = Arrays.copyOf(mean, size);
      float[] v = new float[size];
      start.read(from, x, size);
      if (velocity.length() > 0) {
        velocity.read(from, v, size);
      }
      if (factors == null) {
        step(x, m, v, size);
      } else {
        step(x, m, v, size, factors);
      }
      moved.write(from, m, size);
      kept.write(from, v, size);
    }

    /** The whole step where the mean did not come in pieces. */
    Moved all(StateVector mean) {
      long length = mean.length();
      // Elements do not depend on each other: threads change no bit.
      LongStream.range(0, (length + PART - 1) / PART)
          .parallel()
          .forEach(
              part -> {
                long from = part * PART;
                int size = (int) Math.min(PART, length - from);
                float[] m = new float[size];
                mean.read(from, m, size);
                piece(from, m, size);
              });
      return end(mean);
    }

    /**
     * @param mean whose pieces these were, with its pooled statistics
     */
    Moved end(StateVector mean) {
      for (PooledStatistics segment : statistics) {
        for (int i = 0; i < segment.length(); i++) {
          restore(segment.mean() + i, mean, moved, kept);
          restore(segment.variance() + i, mean, moved, kept);
        }
      }
      return new Moved(moved, kept);
    }
  }

  /** Overwrites m with x' and v with v', after a whole round. */
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

  /**
   * @param decay μ^s
   * @param impulse q / s
   * @param beyondMean by how many ways d x' lies beyond m
   * @param carried by how many v
   */
  private record Factors(double decay, double impulse, double beyondMean, double carried) {}

  private Factors factors(double share) {
    double decay = Math.pow(momentum, share);
    double q = (1 - decay) / (1 - momentum);
    double impulse = q / share;
    double own = (1 - momentum * momentum * impulse) / (1 - momentum);
    return new Factors(decay, impulse, rate * own - 1, rate * momentum * momentum * q);
  }

  /** The same after a part of a round. */
  private static void step(float[] x, float[] m, float[] v, int size, Factors factors) {
    for (int i = 0; i < size; i++) {
      double way = (double) m[i] - x[i];
      double beyond = factors.beyondMean() * way + factors.carried() * v[i];
      v[i] = (float) (factors.decay() * v[i] + factors.impulse() * way);
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
