package dev.strata.executor.metric;

import java.io.Serializable;

/**
 * Probabilities against outcomes in equal bins of [0, 1]. A bin holds its upper edge and not its
 * lower one; the first also holds 0 (Guo et al. 2017; scikit-learn's {@code calibration_curve}).
 */
public final class CalibrationSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExactSums weights;
  private final ExactSums probabilities;
  private final ExactSums hits;

  CalibrationSums(int bins) {
    this.weights = new ExactSums(bins);
    this.probabilities = new ExactSums(bins);
    this.hits = new ExactSums(bins);
  }

  /**
   * @param probability in [0, 1]
   * @param hit whether that came true
   */
  void add(double probability, boolean hit, double weight) {
    int bin = bin(probability);
    weights.add(bin, weight);
    probabilities.add(bin, weight * probability);
    if (hit) {
      hits.add(bin, weight);
    }
  }

  private int bin(double probability) {
    int bin = (int) Math.max(0, Math.ceil(probability * bins()) - 1);
    // The product is rounded: the edges decide.
    while (bin > 0 && probability <= edge(bin)) {
      bin--;
    }
    while (bin < bins() - 1 && probability > edge(bin + 1)) {
      bin++;
    }
    return bin;
  }

  void merge(CalibrationSums other) {
    weights.merge(other.weights);
    probabilities.merge(other.probabilities);
    hits.merge(other.hits);
  }

  public int bins() {
    return weights.size();
  }

  /** Lower edge of a bin; that of bin {@code bins()} is 1. */
  public double edge(int bin) {
    return (double) bin / bins();
  }

  /** Weight of the bin's rows. */
  public double weight(int bin) {
    return weights.get(bin);
  }

  /** Mean probability of the bin's rows; NaN of none. */
  public double meanProbability(int bin) {
    return probabilities.get(bin) / weights.get(bin);
  }

  /** Share of the bin's rows that came true; NaN of none. */
  public double share(int bin) {
    return hits.get(bin) / weights.get(bin);
  }
}
