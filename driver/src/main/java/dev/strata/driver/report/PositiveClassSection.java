package dev.strata.driver.report;

import dev.strata.driver.evaluate.PositiveClass;
import dev.strata.driver.evaluate.PositiveClass.LiftBand;
import dev.strata.driver.evaluate.PositiveClass.OperatingPoint;
import java.util.List;
import java.util.Locale;

/** One class against all others: what each threshold comes to, and lift by tenths of the rows. */
final class PositiveClassSection {
  private final PositiveClass positive;

  PositiveClassSection(PositiveClass positive) {
    this.positive = positive;
  }

  void addTo(Markup page) {
    page.element("h3", "Thresholds for " + positive.name());
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "%.2f %% of the rows belong to this class. The best F1 is %.3f, at the threshold %s.",
            100 * positive.share(),
            positive.bestF1(),
            score(positive.bestF1Threshold())),
        "class",
        "note");
    FigureTable thresholds =
        new FigureTable(
            page,
            "Thresholds",
            List.of(
                "threshold",
                "predicted",
                "right",
                "precision",
                "recall",
                "false positive rate",
                "F1"));
    for (OperatingPoint point : positive.thresholds()) {
      boolean best = point.threshold() == positive.bestF1Threshold();
      thresholds
          .row(score(point.threshold()) + (best ? " (best F1)" : ""))
          .count(point.predicted())
          .count(point.truePositives())
          .bar(point.precision())
          .bar(point.recall())
          .bar(point.falsePositiveRate())
          .bar(point.f1())
          .endRow();
    }
    thresholds.end();
    lift(page);
  }

  private void lift(Markup page) {
    page.element("h3", "Lift for " + positive.name());
    page.element(
        "p",
        "Tenths of the rows, highest scores first. Lift: fraction of the class in the tenth,"
            + " divided by its fraction of all rows. Gain: fraction of the class in this tenth and"
            + " those above.",
        "class",
        "note");
    FigureTable table =
        new FigureTable(
            page,
            "Lift",
            List.of("tenth", "lowest score", "right", "share", "lift", "gain", "cumulative lift"));
    for (LiftBand band : positive.lift()) {
      table
          .row(Integer.toString(band.band()))
          .text(score(band.lowestScore()))
          .count(band.positives())
          .bar(band.share())
          .value(band.lift())
          .bar(band.gain())
          .value(band.cumulativeLift())
          .endRow();
    }
    table.end();
  }

  private static String score(double score) {
    return String.format(Locale.ROOT, "%.4g", score);
  }
}
