package dev.strata.driver.evaluate;

import java.util.List;

/**
 * One class against all others, by its score. Counts are sums of weights: rows, where none has a
 * weight.
 *
 * @param name of the class
 * @param share of the rows that are of the class
 * @param bestF1 highest F1 of all thresholds
 * @param bestF1Threshold the highest threshold that reaches it
 * @param thresholds from high to low
 * @param lift tenths of the rows, those of the highest scores first
 */
public record PositiveClass(
    String name,
    double share,
    double bestF1,
    double bestF1Threshold,
    List<OperatingPoint> thresholds,
    List<LiftBand> lift) {
  public PositiveClass {
    thresholds = List.copyOf(thresholds);
    lift = List.copyOf(lift);
  }

  /**
   * Counts and metrics at a threshold: rows with a score of at least the threshold count as
   * positive.
   *
   * @param predicted rows that reach it
   * @param truePositives those of them that are of the class
   * @param precision 0 where no row reaches the threshold
   */
  public record OperatingPoint(
      double threshold,
      double predicted,
      double truePositives,
      double precision,
      double recall,
      double falsePositiveRate,
      double f1) {}

  /**
   * A tenth of the rows. Rows of equal scores at an edge are spread over both sides in proportion,
   * as any order of them would on average.
   *
   * @param lowestScore in the band
   * @param share of the band's rows that are of the class
   * @param lift share in the band / share of all rows
   * @param gain share of all rows of the class that lie in this band and those above
   * @param cumulativeLift share in this band and those above / share of all rows
   */
  public record LiftBand(
      int band,
      double lowestScore,
      double rows,
      double positives,
      double share,
      double lift,
      double gain,
      double cumulativeLift) {}
}
