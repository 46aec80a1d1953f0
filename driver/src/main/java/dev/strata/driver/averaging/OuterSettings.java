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
 * @param momentum μ of {@link OuterStep}, in [0, 1); empty: by the workers and the rounds' length
 */
public record OuterSettings(Type type, double learningRate, OptionalDouble momentum) {
  /** Minibatches of a round from which on the default momentum is 1 − 1/N. */
  public static final int SHORTEST_ROUND = 20;

  /** That of two workers: with four, 1 − 1/N was 2 % worse than no outer step. */
  private static final double LARGEST_DEFAULT = 0.5;

  /** The mean itself. */
  public static final OuterSettings NONE = new OuterSettings(Type.NONE, 1, OptionalDouble.empty());

  /** Type of outer optimizer. */
  public enum Type {
    NONE,
    NESTEROV
  }

  /**
   * μ of a whole round. Where it is not set, it is block momentum's 1 − 1/N (Chen and Huo 2016),
   * which makes up for the mean of N workers' ways being only 1/N of their sum; 0 for one worker,
   * whose training then is local training; at most 0.5, as more workers overshoot with more.
   *
   * <p>It is 0 as well where rounds hold fewer than 20 minibatches on average. In the end a
   * minibatch moves the parameters by 1 / (1 − μ) times the workers' mean way. With rounds of one
   * minibatch that mean is already the step of one machine on the rows of all workers, and nothing
   * is to be made up for; with rounds of 5 and 10 the step overshoots (docs/performance.md). Even
   * rounds of an epoch that is longer than a whole round hold more than half a whole one, so that
   * the default of averaging.every never falls below.
   */
  public double momentum(EpochPlan plan) {
    return momentum.orElseGet(() -> byDefault(plan));
  }

  private static double byDefault(EpochPlan plan) {
    double block = 1 - 1.0 / plan.workers();
    if (plan.cut() == RoundCut.WHOLE_FIRST) {
      return block;
    }
    return isLong(plan) ? Math.min(LARGEST_DEFAULT, block) : 0;
  }

  private static boolean isLong(EpochPlan plan) {
    return plan.longest() >= (long) SHORTEST_ROUND * plan.roundsPerEpoch();
  }
}
