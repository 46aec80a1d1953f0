package dev.strata.executor.random;

/**
 * The distribution Beta(α, α). StrictMath, so that a number is the same on every platform.
 *
 * <p>A quotient of gamma variates (Marsaglia and Tsang 2000), computed from their logarithms, which
 * small α would underflow.
 */
public final class BetaDistribution {
  /** Below it λ is 0 or 1 in float64. */
  private static final double SMALLEST = 1e-9;

  private BetaDistribution() {}

  /**
   * One number in [0, 1], of mean 1/2 and variance {@code 1 / (4 (2 α + 1))}.
   *
   * @param alpha above 0
   */
  public static double symmetric(double alpha, RandomStream random) {
    double first = logGamma(alpha, random);
    double second = logGamma(alpha, random);
    return 1 / (1 + StrictMath.exp(second - first));
  }

  /** Logarithm of a gamma variate of that shape and scale 1. */
  private static double logGamma(double shape, RandomStream random) {
    if (shape < 1) {
      // Section 6 of the paper: the variate of shape + 1, times uniform^(1 / shape).
      double of = logGamma(shape + 1, random);
      return of + StrictMath.log(positive(random)) / Math.max(shape, SMALLEST);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal(random);
      double cube = 1 + c * x;
      if (cube <= 0) {
        continue;
      }
      double v = cube * cube * cube;
      double bound = x * x / 2 + d - d * v + d * StrictMath.log(v);
      if (StrictMath.log(positive(random)) < bound) {
        return StrictMath.log(d) + StrictMath.log(v);
      }
    }
  }

  /** Box and Muller 1958. */
  private static double normal(RandomStream random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(positive(random)));
    return radius * StrictMath.cos(2 * Math.PI * random.uniform());
  }

  /** Uniform in (0, 1]. */
  private static double positive(RandomStream random) {
    return 1 - random.uniform();
  }
}
