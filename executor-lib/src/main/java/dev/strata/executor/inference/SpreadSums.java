package dev.strata.executor.inference;

import java.io.Serializable;
import java.util.Map;

/** Sums of {@link OutputSpread} over rows, by the weights of rows. */
public final class SpreadSums implements Serializable {
  /** Entropy of the mean output, mean over rows, in nats. */
  public static final String ENTROPY = "predictive-entropy";

  /** Mutual information of class and parameters, mean over rows, in nats. */
  public static final String INFORMATION = "mutual-information";

  /** Standard deviation over the passes, mean over rows and outputs. */
  public static final String DEVIATION = "sample-deviation";

  private static final long serialVersionUID = 1L;

  private boolean distributions;
  private double weight;
  private double entropy;
  private double information;
  private double deviation;

  void add(OutputSpread spread, int row, double rowWeight) {
    weight += rowWeight;
    distributions = spread.entropy() != null;
    if (distributions) {
      entropy += rowWeight * spread.entropy()[row];
      information += rowWeight * spread.information()[row];
    } else {
      deviation += rowWeight * spread.deviation()[row];
    }
  }

  /** Adds the other's rows. The order of merging shows in the last bits. */
  public void merge(SpreadSums other) {
    distributions |= other.distributions;
    weight += other.weight;
    entropy += other.entropy;
    information += other.information;
    deviation += other.deviation;
  }

  /** Puts the means; nothing without rows. */
  public void addTo(Map<String, Double> metrics) {
    if (weight == 0) {
      return;
    }
    if (distributions) {
      metrics.put(ENTROPY, entropy / weight);
      metrics.put(INFORMATION, information / weight);
    } else {
      metrics.put(DEVIATION, deviation / weight);
    }
  }
}
