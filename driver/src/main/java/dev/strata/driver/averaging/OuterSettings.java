package dev.strata.driver.averaging;

import java.util.OptionalDouble;

/**
 * The section {@code averaging.outer} of the configuration: what is made of the workers' mean.
 *
 * @param type none: the mean itself is the next round's start
 * @param learningRate η of {@link OuterStep}
 * @param momentum μ of {@link OuterStep}, in [0, 1); empty: 1 − 1/N
 */
public record OuterSettings(Type type, double learningRate, OptionalDouble momentum) {
  /** The mean as it is. */
  public static final OuterSettings NONE = new OuterSettings(Type.NONE, 1, OptionalDouble.empty());

  /** What is made of the workers' mean. */
  public enum Type {
    NONE,
    NESTEROV
  }

  /**
   * μ for N workers. Where it is not set it is block momentum's 1 − 1/N (Chen and Huo 2016), which
   * makes up for the mean of N workers' ways being only 1/N of their sum; 0 for one worker, whose
   * training then is local training.
   */
  public double momentum(int workers) {
    return momentum.orElse(1 - 1.0 / workers);
  }
}
