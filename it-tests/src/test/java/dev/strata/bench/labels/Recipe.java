package dev.strata.bench.labels;

import java.util.Locale;

/**
 * What cross-validation chooses from, besides the number of epochs.
 *
 * @param rate learning rate
 * @param dropout share of the hidden units that is dropped
 * @param reused factor of the learning rate in reused layers
 */
public record Recipe(double rate, double dropout, double reused) {
  /** Reused layers stay as they are. */
  public static final double FROZEN = 0;

  public Recipe(double rate, double dropout) {
    this(rate, dropout, 1);
  }

  @Override
  public String toString() {
    String both = String.format(Locale.ROOT, "rate=%s dropout=%s", rate, dropout);
    return reused == 1 ? both : both + " reused=" + reused;
  }
}
