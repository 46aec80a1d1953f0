package dev.strata.executor.corruption;

/** Pearson's test that counts follow given probabilities. */
final class ChiSquare {
  private ChiSquare() {}

  /**
   * The probability with which counts that do follow lie this far off or farther, by the cube root
   * approximation of Wilson and Hilferty (1931).
   *
   * @param probabilities of each cell; cells of probability 0 must have no count
   */
  static double probability(long[] counts, double[] probabilities) {
    long draws = 0;
    for (long count : counts) {
      draws += count;
    }
    double statistic = 0;
    int cells = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = draws * probabilities[i];
      if (expected == 0) {
        if (counts[i] > 0) {
          return 0;
        }
        continue;
      }
      statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
      cells++;
    }
    double freedom = cells - 1;
    double spread = 2 / (9 * freedom);
    double z = (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
    return 0.5 * (1 - error(z / Math.sqrt(2)));
  }

  /** The error function, to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
  private static double error(double x) {
    double t = 1 / (1 + 0.3275911 * Math.abs(x));
    double sum =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.copySign(1 - sum * Math.exp(-x * x), x);
  }
}
