package dev.strata.driver.evaluate;

import dev.strata.executor.metric.CalibrationSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bins of probabilities as a table with its expected calibration error (Naeini et al. 2015). */
final class CalibrationSummary {
  private CalibrationSummary() {}

  static Calibration of(String name, CalibrationSums sums) {
    List<Calibration.Bin> bins = new ArrayList<>();
    double weight = 0;
    double apart = 0;
    for (int bin = 0; bin < sums.bins(); bin++) {
      double rows = sums.weight(bin);
      boolean filled = rows > 0;
      if (filled) {
        weight += rows;
        apart += rows * Math.abs(sums.share(bin) - sums.meanProbability(bin));
      }
      bins.add(
          new Calibration.Bin(
              sums.edge(bin),
              sums.edge(bin + 1),
              rows,
              filled ? Optional.of(sums.meanProbability(bin)) : Optional.empty(),
              filled ? Optional.of(sums.share(bin)) : Optional.empty()));
    }
    return new Calibration(name, weight > 0 ? apart / weight : 0, bins);
  }
}
