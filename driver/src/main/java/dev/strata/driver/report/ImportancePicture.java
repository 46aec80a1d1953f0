package dev.strata.driver.report;

import dev.strata.driver.evaluate.Importance;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.visualization.Drawing;
import dev.strata.driver.visualization.Picture;
import dev.strata.executor.failure.Counted;
import java.util.ArrayList;
import java.util.List;

/** The importance of columns as a table, and as bars with a standard deviation to both sides. */
public final class ImportancePicture {
  private static final int MOST = 30;
  private static final int WIDTH = 760;
  private static final int LEFT = 240;
  private static final int RIGHT = WIDTH - 110;
  private static final int TOP = 56;
  private static final int LINE = 26;
  private static final int BAR = 14;
  private static final double TEXT = 14;

  private static final int INK = 0x1D2733;
  private static final int SOFT = 0x55616E;
  private static final int COLOUR = 0x0063A5;

  private ImportancePicture() {}

  /** Bars of the most important columns. */
  public static Picture of(Importance importance) {
    List<Importance.Column> shown =
        importance.columns().subList(0, Math.min(MOST, importance.columns().size()));
    double low = 0;
    double high = 0;
    for (Importance.Column column : shown) {
      low = Math.min(low, column.mean() - column.deviation());
      high = Math.max(high, column.mean() + column.deviation());
    }
    double scale = high > low ? (RIGHT - LEFT) / (high - low) : 0;
    double zero = LEFT - low * scale;
    Drawing drawing = new Drawing(WIDTH, TOP + LINE * shown.size() + 20);
    drawing.text(title(importance), 20, 30, 18, INK, Drawing.Anchor.START);
    for (int i = 0; i < shown.size(); i++) {
      Importance.Column column = shown.get(i);
      double middle = TOP + LINE * i + LINE / 2.0;
      double end = zero + column.mean() * scale;
      double spread = column.deviation() * scale;
      drawing.text(column.name(), LEFT - 12, middle + 5, TEXT, INK, Drawing.Anchor.END);
      drawing.fill(Math.min(zero, end), middle - BAR / 2.0, Math.abs(end - zero), BAR, COLOUR);
      if (spread > 0) {
        drawing.stroke(new double[] {end - spread, middle, end + spread, middle}, 2, SOFT);
      }
      drawing.text(
          ProgressText.significant(column.mean()),
          WIDTH - 20,
          middle + 5,
          TEXT,
          SOFT,
          Drawing.Anchor.END);
    }
    drawing.fill(zero, TOP, 1, LINE * shown.size(), SOFT);
    return new Picture("importance", title(importance), note(importance), findings(shown), drawing);
  }

  /** All columns. */
  public static ReportContent.Table table(Importance importance) {
    List<List<String>> rows = new ArrayList<>();
    for (Importance.Column column : importance.columns()) {
      rows.add(
          List.of(
              column.name(),
              ProgressText.significant(column.mean()),
              ProgressText.significant(column.deviation())));
    }
    return new ReportContent.Table(
        title(importance),
        List.of("column", "change of " + importance.metric(), "standard deviation"),
        rows,
        note(importance));
  }

  private static String title(Importance importance) {
    return "Importance of columns by " + importance.metric();
  }

  private static String note(Importance importance) {
    return "By how much %s gets worse (from %s) if the values of a column are permuted: mean over %s."
        .formatted(
            importance.metric(),
            ProgressText.significant(importance.value()),
            Counted.of(importance.repeats(), "permutation"));
  }

  private static List<String> findings(List<Importance.Column> shown) {
    return shown.stream()
        .limit(3)
        .map(column -> column.name() + ": " + ProgressText.significant(column.mean()) + ".")
        .toList();
  }
}
