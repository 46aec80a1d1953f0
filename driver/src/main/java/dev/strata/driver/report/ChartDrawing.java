package dev.strata.driver.report;

import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Frame;
import dev.strata.driver.report.Thinning.Bucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A chart as a figure: title, legend with the newest values, and an inline SVG that scales with the
 * page.
 */
final class ChartDrawing {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 280;

  /** Places of the name of the vertical axis, and of one character of its numbers. */
  private static final double NAME = 34;

  private static final double CHARACTER = 8;
  private static final double RIGHT = WIDTH - 22;
  private static final double TOP = 10;
  private static final double BOTTOM = HEIGHT - 44;
  private static final int MOST_DOTS = 40;
  private static final int MOST_MARKS = 60;

  /**
   * Colours told apart without seeing red or green (Okabe and Ito), as dark as light paper asks
   * for.
   */
  private static final List<String> COLOURS =
      List.of(
          "#0063a5", "#c44e00", "#007a5e", "#a8447e", "#7a6200", "#3f7fae", "#555555", "#8b2d2d");

  private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3");

  /** Ratio from which equal steps hide one end of the values. */
  private static final double LOGARITHMIC_FROM = 200;

  private final Chart chart;
  private final List<List<Bucket>> lines;
  private final Axis up;
  private final double left;
  private final Axis across;

  private ChartDrawing(Chart chart) {
    this.chart = chart;
    this.lines = chart.series().stream().map(Thinning::of).toList();
    this.up = up();
    this.left =
        NAME + CHARACTER * up.ticks().stream().mapToInt(t -> up.label(t).length()).max().orElse(0);
    this.across = across();
  }

  /** Empty where no point can be drawn. */
  static Markup of(Chart chart) {
    ChartDrawing drawing = new ChartDrawing(chart);
    return drawing.values().length == 0 ? new Markup() : drawing.figure();
  }

  private Axis across() {
    if (chart.frame() != Frame.POINTS) {
      return Axis.linear(0, 1, false, 5, 0, left, RIGHT);
    }
    double[] x = lines.stream().flatMap(List::stream).mapToDouble(Bucket::x).toArray();
    double low = x.length == 0 ? 0 : Arrays.stream(x).min().getAsDouble();
    double high = x.length == 0 ? 1 : Arrays.stream(x).max().getAsDouble();
    boolean counted =
        Arrays.stream(x).allMatch(value -> value == Math.rint(value)) || high - low > 10;
    return Axis.linear(low, high, false, 6, counted ? 1 : 0, left, RIGHT);
  }

  private Axis up() {
    if (chart.frame() != Frame.POINTS) {
      return Axis.linear(0, 1, false, 5, 0, BOTTOM, TOP);
    }
    double[] values = values();
    double low = values.length == 0 ? 0 : values[0];
    double high = values.length == 0 ? 1 : values[values.length - 1];
    if (low > 0 && high / low >= LOGARITHMIC_FROM) {
      return Axis.logarithmic(low, high, BOTTOM, TOP);
    }
    boolean fromZero = low >= 0 && low < 0.4 * high;
    return Axis.linear(fromZero ? 0 : low, high, true, 5, 0, BOTTOM, TOP);
  }

  /** Means of all buckets, ascending. */
  private double[] values() {
    return lines.stream()
        .flatMap(List::stream)
        .filter(b -> !b.isGap())
        .mapToDouble(Bucket::y)
        .sorted()
        .toArray();
  }

  private Markup figure() {
    Markup figure = new Markup().open("figure", "class", "chart");
    figure.open("figcaption").element("h3", chart.title()).add(legend()).close("figcaption");
    figure.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "role",
        "img",
        "aria-label",
        description());
    grid(figure);
    for (int i = 0; i < lines.size(); i++) {
      draw(figure, lines.get(i), i);
    }
    return figure.close("svg").close("figure").line();
  }

  private Markup legend() {
    Markup legend = new Markup().open("ul", "class", "legend");
    for (int i = 0; i < lines.size(); i++) {
      List<Bucket> drawn = lines.get(i).stream().filter(b -> !b.isGap()).toList();
      if (drawn.isEmpty()) {
        continue;
      }
      legend.open("li").open("svg", "viewBox", "0 0 26 10", "class", "key", "aria-hidden", "true");
      stroke(legend, "M1 5H25", i).close("svg").text(" " + chart.series().get(i).name());
      if (chart.frame() == Frame.POINTS) {
        legend.element("b", " " + number(drawn.get(drawn.size() - 1).y()));
      }
      legend.close("li");
    }
    return legend.close("ul");
  }

  private void grid(Markup to) {
    to.open("g", "class", "grid");
    for (double tick : up.ticks()) {
      to.shape("path", "d", "M" + at(left) + " " + at(up.place(tick)) + "H" + at(RIGHT));
    }
    to.close("g").open("g", "class", "marks");
    if (chart.marks().size() <= MOST_MARKS) {
      for (double mark : chart.marks()) {
        to.shape("path", "d", "M" + at(across.place(mark)) + " " + at(TOP) + "V" + at(BOTTOM));
      }
    }
    if (chart.frame() == Frame.UNIT_WITH_DIAGONAL) {
      to.shape("path", "d", "M" + at(left) + " " + at(BOTTOM) + "L" + at(RIGHT) + " " + at(TOP));
    }
    to.close("g")
        .shape("path", "class", "axis", "d", "M" + at(left) + " " + at(BOTTOM) + "H" + at(RIGHT));
    to.open("g", "class", "ticks");
    for (double tick : up.ticks()) {
      label(to, left - 7, up.place(tick) + 4, "end", up.label(tick));
    }
    for (double tick : across.ticks()) {
      label(to, across.place(tick), BOTTOM + 17, "middle", across.label(tick));
    }
    to.close("g").open("g", "class", "names");
    label(to, (left + RIGHT) / 2, HEIGHT - 8, "middle", chart.x());
    String name = chart.y() + (up.isLogarithmic() ? " (logarithmic)" : "");
    double middle = (TOP + BOTTOM) / 2;
    to.element(
        "text",
        name,
        "text-anchor",
        "middle",
        "transform",
        "translate(13 " + at(middle) + ") rotate(-90)");
    to.close("g");
  }

  private static void label(Markup to, double x, double y, String anchor, String text) {
    to.element("text", text, "x", at(x), "y", at(y), "text-anchor", anchor);
  }

  private void draw(Markup to, List<Bucket> line, int index) {
    if (line.stream().anyMatch(b -> b.high() > b.low())) {
      for (List<Bucket> run : runs(line)) {
        to.shape("path", "class", "band", "fill", colour(index), "d", band(run));
      }
    }
    StringBuilder path = new StringBuilder();
    for (List<Bucket> run : runs(line)) {
      for (int i = 0; i < run.size(); i++) {
        path.append(i == 0 ? 'M' : 'L').append(point(run.get(i).x(), run.get(i).y()));
      }
    }
    stroke(to, path.toString(), index);
    if (line.size() <= MOST_DOTS && chart.frame() == Frame.POINTS) {
      for (Bucket b : line) {
        if (!b.isGap()) {
          dot(to, b, index);
        }
      }
    }
  }

  private void dot(Markup to, Bucket b, int index) {
    String[] place = point(b.x(), b.y()).split(" ");
    to.open("circle", "cx", place[0], "cy", place[1], "r", "2.8", "fill", colour(index));
    String text = chart.series().get(index).name() + ": " + number(b.y());
    to.element("title", text + " at " + chart.x() + " " + number(b.x())).close("circle");
  }

  /** Neighbours without a gap between them. */
  private static List<List<Bucket>> runs(List<Bucket> line) {
    List<List<Bucket>> runs = new ArrayList<>();
    boolean begun = false;
    for (Bucket b : line) {
      if (!b.isGap() && !begun) {
        runs.add(new ArrayList<>());
      }
      begun = !b.isGap();
      if (begun) {
        runs.get(runs.size() - 1).add(b);
      }
    }
    return runs;
  }

  private String band(List<Bucket> run) {
    StringBuilder path = new StringBuilder();
    for (Bucket b : run) {
      path.append(path.length() == 0 ? 'M' : 'L').append(point(b.x(), b.high()));
    }
    for (int i = run.size() - 1; i >= 0; i--) {
      path.append('L').append(point(run.get(i).x(), run.get(i).low()));
    }
    return path.append('Z').toString();
  }

  private String point(double x, double y) {
    return at(across.place(x)) + " " + at(up.place(y));
  }

  private static Markup stroke(Markup to, String path, int index) {
    String dash = DASHES.get(Math.min(index, COLOURS.size() * DASHES.size() - 1) / COLOURS.size());
    return to.shape(
        "path",
        "class",
        "line",
        "stroke",
        colour(index),
        "stroke-dasharray",
        dash.isEmpty() ? null : dash,
        "d",
        path);
  }

  private static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  /** Alternative text for screen readers. */
  private String description() {
    StringBuilder text = new StringBuilder(chart.title() + ": " + chart.y() + " over " + chart.x());
    for (int i = 0; i < lines.size(); i++) {
      List<Bucket> drawn = lines.get(i).stream().filter(b -> !b.isGap()).toList();
      if (!drawn.isEmpty()) {
        double low = drawn.stream().mapToDouble(Bucket::low).min().getAsDouble();
        double high = drawn.stream().mapToDouble(Bucket::high).max().getAsDouble();
        text.append("; ").append(chart.series().get(i).name());
        text.append(" begins at ").append(number(drawn.get(0).y()));
        text.append(", ends at ").append(number(drawn.get(drawn.size() - 1).y()));
        text.append(", lowest ").append(number(low));
        text.append(", highest ").append(number(high));
      }
    }
    return text.toString();
  }

  /** Four significant digits, as far as a drawing can be read. */
  private static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1000 && size < 1e15) {
      return ProgressText.count(Math.round(value));
    }
    if (value == Math.rint(value) && size < 1000) {
      return String.valueOf(Math.round(value));
    }
    if (size < 1 || size >= 1e15) {
      return ProgressText.significant(value);
    }
    return String.format(Locale.ROOT, "%." + (size >= 100 ? 1 : size >= 10 ? 2 : 3) + "f", value);
  }

  private static String at(double place) {
    String text = String.format(Locale.ROOT, "%.1f", place);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
