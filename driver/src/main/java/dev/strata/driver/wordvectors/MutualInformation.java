package dev.strata.driver.wordvectors;

import dev.strata.executor.wordvectors.PairCounts;

/**
 * Positive pointwise mutual information of words and the words near them (Bullinaria and Levy
 * 2007): max(0, ln(n_ij · Σ_k n_k^a / (n_i · n_j^a))), n_ij being how often i and j stand near each
 * other, n_i the sum over all j, and a the power by which rare near words count less (Levy,
 * Goldberg and Dagan 2015, equation 3).
 */
final class MutualInformation {
  private final PairCounts pairs;
  private final int words;
  private final double[] sums;
  private final double[] near;

  private MutualInformation(PairCounts pairs, int words, double power) {
    this.pairs = pairs;
    this.words = words;
    this.sums = new double[words];
    for (int p = 0; p < pairs.size(); p++) {
      sums[first(p)] += count(p);
      if (first(p) != second(p)) {
        sums[second(p)] += count(p);
      }
    }
    this.near = new double[words];
    double all = 0;
    for (int i = 0; i < words; i++) {
      near[i] = StrictMath.pow(sums[i], power);
      all += near[i];
    }
    for (int i = 0; i < words; i++) {
      near[i] /= all;
    }
  }

  /**
   * @param pairs counted in texts
   * @param words number of ids n
   * @param power a, above 0 and at most 1
   * @return {@code [n][n]}, a row for each word
   */
  static SparseMatrix of(PairCounts pairs, int words, double power) {
    return new MutualInformation(pairs, words, power).matrix();
  }

  private SparseMatrix matrix() {
    int[] starts = new int[words + 1];
    for (int p = 0; p < pairs.size(); p++) {
      if (ratio(p, first(p), second(p)) > 1) {
        starts[first(p) + 1]++;
      }
      if (first(p) != second(p) && ratio(p, second(p), first(p)) > 1) {
        starts[second(p) + 1]++;
      }
    }
    for (int i = 0; i < words; i++) {
      starts[i + 1] = Math.addExact(starts[i], starts[i + 1]);
    }
    int[] next = starts.clone();
    int[] columns = new int[starts[words]];
    float[] values = new float[starts[words]];
    for (int p = 0; p < pairs.size(); p++) {
      set(p, first(p), second(p), next, columns, values);
      if (first(p) != second(p)) {
        set(p, second(p), first(p), next, columns, values);
      }
    }
    return new SparseMatrix(starts, columns, values);
  }

  private void set(int pair, int row, int column, int[] next, int[] columns, float[] values) {
    double ratio = ratio(pair, row, column);
    if (ratio > 1) {
      columns[next[row]] = column;
      values[next[row]++] = (float) StrictMath.log(ratio);
    }
  }

  /** How much more often than by chance; above 1 its logarithm is positive. */
  private double ratio(int pair, int word, int other) {
    return count(pair) / (sums[word] * near[other]);
  }

  private int first(int pair) {
    return (int) (pairs.keys()[pair] / words);
  }

  private int second(int pair) {
    return (int) (pairs.keys()[pair] % words);
  }

  /** A word near another of the same is one pair, seen from both. */
  private double count(int pair) {
    long count = pairs.counts()[pair];
    return first(pair) == second(pair) ? 2.0 * count : count;
  }
}
