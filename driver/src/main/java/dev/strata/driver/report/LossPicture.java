package dev.strata.driver.report;

import dev.strata.driver.picture.Drawing;
import dev.strata.driver.picture.Picture;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.Thinning.Bucket;
import dev.strata.driver.run.HistoryEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The losses of a run's phases as one picture, two charts beside each other. */
public final class LossPicture {
  private static final int WIDTH = 580;
  private static final int HEIGHT = 360;
  private static final int LEFT = 90;
  private static final int RIGHT = WIDTH - 24;
  private static final int TOP = 60;
  private static final int BOTTOM = HEIGHT - 56;
  private static final double TEXT = 14;

  /** Half the height of a capital letter. */
  private static final double HALF = 5;

  private static final int INK = 0x1D2733;
  private static final int SOFT = 0x55616E;
  private static final int RULE = 0xE6EBF0;
  private static final int[] COLOURS = {0x0063A5, 0xC44E00};

  private final Chart chart;
  private final Drawing drawing;
  private final int x;
  private final int y;

  private LossPicture(Chart chart, Drawing drawing, int x, int y) {
    this.chart = chart;
    this.drawing = drawing;
    this.x = x;
    this.y = y;
  }

  /** Empty where the history has no rounds. */
  public static Optional<Picture> of(List<HistoryEntry> history) {
    List<Chart> charts =
        new HistoryCharts(history)
            .losses().stream().filter(chart -> finite(chart).length > 0).toList();
    if (charts.isEmpty()) {
      return Optional.empty();
    }
    int columns = Math.min(2, charts.size());
    int lines = (charts.size() + columns - 1) / columns;
    Drawing drawing = new Drawing(columns * WIDTH, lines * HEIGHT);
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < charts.size(); i++) {
      new LossPicture(charts.get(i), drawing, i % columns * WIDTH, i / columns * HEIGHT).draw();
      findings.add(charts.get(i).title() + ends(charts.get(i)) + ".");
    }
    String note = "Loss over rounds, of the rows trained on and of those held back.";
    return Optional.of(new Picture("loss", "Losses", note, findings, drawing));
  }

  private static String ends(Chart chart) {
    StringBuilder text = new StringBuilder();
    for (ReportContent.Series series : chart.series()) {
      double last = series.y().get(series.y().size() - 1);
      text.append(text.isEmpty() ? ": " : ", ").append(series.name()).append(" ends at ");
      text.append(ProgressText.significant(last));
    }
    return text.toString();
  }

  private static double[] finite(Chart chart) {
    return chart.series().stream()
        .flatMap(series -> Thinning.of(series).stream())
        .filter(bucket -> !bucket.isGap())
        .mapToDouble(Bucket::y)
        .sorted()
        .toArray();
  }

  private void draw() {
    double[] values = finite(chart);
    double low = values[0];
    double high = values[values.length - 1];
    Axis up = Axis.linear(low >= 0 && low < 0.4 * high ? 0 : low, high, true, 5, 0, BOTTOM, TOP);
    double[] rounds =
        chart.series().stream()
            .flatMap(series -> series.x().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    Axis across =
        Axis.linear(
            Arrays.stream(rounds).min().orElse(0),
            Arrays.stream(rounds).max().orElse(1),
            false,
            6,
            1,
            LEFT,
            RIGHT);
    frame(up, across);
    int legend = LEFT;
    for (int i = 0; i < chart.series().size(); i++) {
      line(Thinning.of(chart.series().get(i)), up, across, COLOURS[i % COLOURS.length]);
      drawing.fill(x + legend, y + 44, 22, 3, COLOURS[i % COLOURS.length]);
      text(chart.series().get(i).name(), legend + 30, 51, Drawing.Anchor.START);
      legend += 160;
    }
  }

  private void frame(Axis up, Axis across) {
    drawing.text(chart.title(), x + LEFT, y + 28.0, 18, INK, Drawing.Anchor.START);
    for (double tick : up.ticks()) {
      int at = (int) Math.rint(up.place(tick));
      drawing.fill(x + LEFT, y + at, RIGHT - LEFT, 1, RULE);
      text(up.label(tick), LEFT - 10, at + HALF, Drawing.Anchor.END);
    }
    drawing.fill(x + LEFT, y + BOTTOM, RIGHT - LEFT, 1, SOFT);
    for (double tick : across.ticks()) {
      text(across.label(tick), across.place(tick), BOTTOM + 20.0, Drawing.Anchor.MIDDLE);
    }
    text(chart.x(), (LEFT + RIGHT) / 2.0, BOTTOM + 42.0, Drawing.Anchor.MIDDLE);
  }

  private void text(String text, double at, double baseline, Drawing.Anchor anchor) {
    drawing.text(text, x + at, y + baseline, TEXT, SOFT, anchor);
  }

  private void line(List<Bucket> line, Axis up, Axis across, int colour) {
    List<Double> points = new ArrayList<>();
    for (Bucket bucket : line) {
      if (bucket.isGap()) {
        stroke(points, colour);
        points.clear();
      } else {
        points.add(x + across.place(bucket.x()));
        points.add(y + up.place(bucket.y()));
      }
    }
    stroke(points, colour);
  }

  /** A point by itself becomes a dot. */
  private void stroke(List<Double> points, int colour) {
    double thickness = points.size() == 2 ? 6 : 2.5;
    drawing.stroke(points.stream().mapToDouble(d -> d).toArray(), thickness, colour);
  }
}
