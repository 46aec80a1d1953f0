package dev.strata.executor.preprocess;

/**
 * {@code sign(x) · log(1 + |x|)}: like x near 0, like a logarithm far from it. {@link StrictMath}:
 * the same bits on every machine.
 */
public final class SignedLog {
  private SignedLog() {}

  public static double of(double x) {
    return x < 0 ? -StrictMath.log1p(-x) : StrictMath.log1p(x);
  }
}
