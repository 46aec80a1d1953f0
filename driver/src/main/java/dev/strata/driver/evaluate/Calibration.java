package dev.strata.driver.evaluate;

import java.util.List;
import java.util.Optional;

/**
 * Calibration of probabilities.
 *
 * @param of a class, whose probability is compared with the share of its rows; or {@code predicted
 *     class}, whose probability is compared with the share of right predictions
 * @param expectedError mean over the rows of their bin's |share - mean probability|
 * @param bins equal, from 0 to 1
 */
public record Calibration(String of, double expectedError, List<Bin> bins) {
  /** Name of the calibration of whatever class is predicted. */
  public static final String PREDICTED_CLASS = "predicted class";

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * @param above lower edge, which is not part of the bin (but for 0)
   * @param to upper edge
   * @param rows sum of weights: rows, where none has a weight
   * @param meanProbability absent where there are no rows
   * @param share of the rows that came true; absent as above
   */
  public record Bin(
      double above,
      double to,
      double rows,
      Optional<Double> meanProbability,
      Optional<Double> share) {}
}
