package dev.strata.driver.report;

import dev.strata.driver.evaluate.Calibration;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Frame;
import dev.strata.driver.report.ReportContent.Series;
import java.util.List;
import java.util.Locale;

/** Probabilities against what came true: a reliability diagram and its table. */
final class CalibrationSection {
  private final Calibration calibration;

  CalibrationSection(Calibration calibration) {
    this.calibration = calibration;
  }

  void addTo(Markup page) {
    page.element("h3", "Calibration of the probability of " + subject());
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "Expected calibration error %.4f: the mean difference between a bin's mean probability"
                + " and the observed fraction. Points on the diagonal are perfectly calibrated.",
            calibration.expectedError()),
        "class",
        "note");
    List<Calibration.Bin> filled =
        calibration.bins().stream().filter(bin -> bin.rows() > 0).toList();
    Series line =
        new Series(
            subject(),
            filled.stream().map(bin -> bin.meanProbability().orElseThrow()).toList(),
            filled.stream().map(bin -> bin.share().orElseThrow()).toList());
    page.open("div", "class", "charts")
        .add(
            ChartDrawing.of(
                new Chart(
                    "Reliability",
                    "mean probability",
                    "share",
                    List.of(line),
                    List.of(),
                    Frame.UNIT_WITH_DIAGONAL)))
        .close("div");
    FigureTable table =
        new FigureTable(
            page,
            "Calibration of " + subject(),
            List.of("probability", "rows", "mean probability", "share", "share - probability"));
    for (Calibration.Bin bin : filled) {
      double mean = bin.meanProbability().orElseThrow();
      double share = bin.share().orElseThrow();
      table
          .row(String.format(Locale.ROOT, "%.3f – %.3f", bin.above(), bin.to()))
          .count(bin.rows())
          .bar(mean)
          .bar(share)
          .text(String.format(Locale.ROOT, "%+.3f", share - mean))
          .endRow();
    }
    table.end();
  }

  private String subject() {
    return calibration.of().equals(Calibration.PREDICTED_CLASS)
        ? "the predicted class"
        : calibration.of();
  }
}
