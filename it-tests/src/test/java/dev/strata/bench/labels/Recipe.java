package dev.strata.bench.labels;

import java.util.Locale;

/**
 * What cross-validation chooses from, besides the number of epochs.
 *
 * @param rate learning rate of Nesterov's momentum 0.9
 * @param dropout share of the hidden units that is dropped
 */
public record Recipe(double rate, double dropout) {
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "rate=%s dropout=%s", rate, dropout);
  }
}
