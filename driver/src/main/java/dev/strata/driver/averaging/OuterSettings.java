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
 * @param momentum μ of {@link OuterStep}, in [0, 1); empty: 0
 */
public record OuterSettings(Type type, double learningRate, OptionalDouble momentum) {
  /** The mean itself. */
  public static final OuterSettings NONE = new OuterSettings(Type.NONE, 1, OptionalDouble.empty());

  /** Type of outer optimizer. */
  public enum Type {
    NONE,
    NESTEROV
  }

  /**
   * Momentum μ of a whole round. Where it is not set it is 0, which with a learning rate of 1 is no
   * outer step at all: with rate and epochs chosen by validation rows, no momentum was better than
   * none (docs/performance.md). A phase that a version without even rounds began keeps block
   * momentum's 1 − 1/N (Chen and Huo 2016).
   */
  public double momentum(EpochPlan plan) {
    return momentum.orElseGet(
        () -> plan.cut() == RoundCut.WHOLE_FIRST ? 1 - 1.0 / plan.workers() : 0);
  }
}
