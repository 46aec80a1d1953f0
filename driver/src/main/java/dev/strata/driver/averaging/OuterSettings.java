package dev.strata.driver.averaging;

import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.RoundCut;
import java.util.OptionalDouble;

/**
 * The section {@code averaging.outer} of the configuration: the outer optimizer, applied to the
 * workers' mean.
 *
 * @param type none: the mean itself is the next round's start
 * @param learningRate η of {@link OuterStep}
 * @param momentum μ of {@link OuterStep}, in [0, 1); empty: {@link #momentum(EpochPlan) the default
 *     of older versions}, for runs that they began
 */
public record OuterSettings(Type type, double learningRate, OptionalDouble momentum) {
  /** Minibatches of a round below which the outer step overshot (docs/performance.md). */
  public static final int SHORTEST_ROUND = 20;

  private static final double LARGEST_FORMER_DEFAULT = 0.5;

  /** The mean itself. */
  public static final OuterSettings NONE = new OuterSettings(Type.NONE, 1, OptionalDouble.empty());

  /** Type of outer optimizer. */
  public enum Type {
    NONE,
    NESTEROV
  }

  /**
   * Momentum μ of a whole round. Where it is empty, it is the default of versions before the
   * default became 0: block momentum's 1 − 1/N (Chen and Huo 2016); where rounds are even, at most
   * 0.5, and 0 where they have fewer than {@link #SHORTEST_ROUND} minibatches on average.
   */
  public double momentum(EpochPlan plan) {
    return momentum.orElseGet(() -> former(plan));
  }

  private static double former(EpochPlan plan) {
    double block = 1 - 1.0 / plan.workers();
    if (plan.cut() == RoundCut.WHOLE_FIRST) {
      return block;
    }
    boolean isLong = plan.longest() >= (long) SHORTEST_ROUND * plan.roundsPerEpoch();
    return isLong ? Math.min(LARGEST_FORMER_DEFAULT, block) : 0;
  }
}
