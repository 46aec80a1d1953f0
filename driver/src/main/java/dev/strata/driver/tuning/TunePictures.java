package dev.strata.driver.tuning;

import dev.strata.driver.comparison.Figures;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.visualization.ColourScale;
import dev.strata.driver.visualization.Drawing;
import dev.strata.driver.visualization.Drawing.Anchor;
import dev.strata.driver.visualization.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Pictures of a tuning: all trials over all keys, and each key alone. */
public final class TunePictures {
  private static final int PALE = 0xC8D4DE;
  private static final int DARK = 0x005A96;
  private static final int BEST = 0xB24A08;
  private static final int TEXT = 0x333333;
  private static final int LINE = 0xAAAAAA;
  private static final double FONT = 12;

  /** Room of an axis, and of a drawing's edges. */
  private static final int STEP = 150;

  private static final int EDGE = 80;
  private static final int HIGH = 300;
  private static final int TOP = 40;

  /** Size of the drawing of one key, and how many stand side by side. */
  private static final int PANEL_WIDE = 260;

  private static final int PANEL_HIGH = 210;
  private static final int SIDE_BY_SIDE = 3;

  private final TuneOutcome outcome;
  private final List<Dimension> dimensions;
  private final List<String> names;

  /** Trials that have a value of each key and a number as a score; worst first, so drawn below. */
  private final List<Tried> drawn = new ArrayList<>();

  private final boolean byError;

  public TunePictures(TuneOutcome outcome) {
    this.outcome = outcome;
    this.dimensions = outcome.settings().dimensions();
    this.names = TuneTable.names(dimensions.stream().map(Dimension::key).toList());
    this.byError = outcome.settings().metric() == SearchSettings.Metric.ERROR;
    for (Tried one : outcome.tried()) {
      if (one.point().number() > 0 && Double.isFinite(value(one))) {
        drawn.add(0, one);
      }
    }
  }

  /** None where no trial has a number as a score. */
  public List<Picture> all() {
    return drawn.isEmpty() ? List.of() : List.of(parallel(), marginal());
  }

  private double value(Tried one) {
    return byError ? one.score().error() : one.score().loss();
  }

  private String measure() {
    return outcome.settings().metric().text();
  }

  /** Place of a trial's value on a key's axis, from 0 to 1. */
  private static double place(Dimension dimension, Tried one) {
    String value = one.point().values().get(dimension.key());
    if (dimension instanceof Dimension.Interval range) {
      return range.place(Double.parseDouble(value));
    }
    List<String> values = ((Dimension.Choices) dimension).values();
    return (values.indexOf(value) + 0.5) / values.size();
  }

  /** From 0 for the best score to 1 for the median and what is worse. */
  private double worse(Tried one) {
    double best = value(drawn.get(drawn.size() - 1));
    double middle = value(drawn.get(drawn.size() / 2));
    return middle > best ? Math.min(1, (value(one) - best) / (middle - best)) : 0;
  }

  private int colour(Tried one) {
    return one == drawn.get(drawn.size() - 1) ? BEST : ColourScale.mix(DARK, PALE, worse(one));
  }

  private Picture parallel() {
    int axes = dimensions.size() + 1;
    Drawing drawing = new Drawing(2 * EDGE + STEP * (axes - 1), HIGH + 2 * TOP + 20);
    double low = value(drawn.get(drawn.size() - 1));
    double high = value(drawn.get(drawn.size() / 2));
    for (Tried one : drawn) {
      double[] points = new double[2 * axes];
      for (int i = 0; i < axes; i++) {
        double place =
            i < dimensions.size()
                ? place(dimensions.get(i), one)
                : high > low ? Math.min(1, (value(one) - low) / (high - low)) : 0.5;
        points[2 * i] = EDGE + STEP * i;
        points[2 * i + 1] = TOP + HIGH * (1 - place);
      }
      boolean best = one == drawn.get(drawn.size() - 1);
      drawing.stroke(points, best ? 3 : 1.4, colour(one));
    }
    for (int i = 0; i < axes; i++) {
      double x = EDGE + STEP * i;
      drawing.stroke(new double[] {x, TOP, x, TOP + HIGH}, 1, LINE);
      String name = i < dimensions.size() ? names.get(i) : measure();
      drawing.text(name, x, TOP - 18, FONT, TEXT, Anchor.MIDDLE);
      if (i < dimensions.size()) {
        labels(drawing, dimensions.get(i), x);
      } else {
        drawing.text(Figures.of(low), x, TOP + HIGH + 16, FONT, TEXT, Anchor.MIDDLE);
        drawing.text(Figures.of(high) + " and more", x, TOP - 4, FONT, TEXT, Anchor.MIDDLE);
      }
    }
    return new Picture(
        "parallel",
        "All trials",
        "A line is a trial: its value of each key, and its %s at the right. Dark lines are better; the best is orange. Worse trials than the median are pale."
            .formatted(measure()),
        List.of(outcome.sentence()),
        drawing);
  }

  private static void labels(Drawing drawing, Dimension dimension, double x) {
    if (dimension instanceof Dimension.Interval range) {
      drawing.text(range.value(0), x, TOP + HIGH + 16, FONT, TEXT, Anchor.MIDDLE);
      drawing.text(range.value(1), x, TOP - 4, FONT, TEXT, Anchor.MIDDLE);
      return;
    }
    List<String> values = ((Dimension.Choices) dimension).values();
    for (int i = 0; i < values.size(); i++) {
      double y = TOP + HIGH * (1 - (i + 0.5) / values.size());
      drawing.text(shortened(values.get(i)), x + 6, y - 4, FONT, TEXT, Anchor.START);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 20 ? text : text.substring(0, 19) + "…";
  }

  private Picture marginal() {
    int rows = (dimensions.size() + SIDE_BY_SIDE - 1) / SIDE_BY_SIDE;
    int columns = Math.min(SIDE_BY_SIDE, dimensions.size());
    Drawing drawing = new Drawing(columns * PANEL_WIDE, rows * PANEL_HIGH);
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < dimensions.size(); i++) {
      panel(drawing, i, PANEL_WIDE * (i % SIDE_BY_SIDE), PANEL_HIGH * (i / SIDE_BY_SIDE));
      findings.add(finding(i));
    }
    return new Picture(
        "marginal",
        "Each key",
        "A point is a trial: its value of the key and its %s, those worse than the median at the upper edge. The line joins the best trial of each fifth of the range."
            .formatted(measure()),
        findings,
        drawing);
  }

  private void panel(Drawing drawing, int index, double x, double y) {
    double left = x + 60;
    double right = x + PANEL_WIDE - 14;
    double top = y + 26;
    double bottom = y + PANEL_HIGH - 36;
    Dimension dimension = dimensions.get(index);
    double low = value(drawn.get(drawn.size() - 1));
    double high = value(drawn.get(drawn.size() / 2));
    drawing.stroke(new double[] {left, top, left, bottom, right, bottom}, 1, LINE);
    drawing.text(names.get(index), (left + right) / 2, y + 16, FONT, TEXT, Anchor.MIDDLE);
    drawing.text(Figures.of(low), left - 5, bottom, FONT - 2, TEXT, Anchor.END);
    drawing.text(Figures.of(high), left - 5, top + 6, FONT - 2, TEXT, Anchor.END);
    if (dimension instanceof Dimension.Interval range) {
      drawing.text(range.value(0), left, bottom + 15, FONT - 2, TEXT, Anchor.START);
      drawing.text(range.value(1), right, bottom + 15, FONT - 2, TEXT, Anchor.END);
    } else {
      List<String> values = ((Dimension.Choices) dimension).values();
      for (int i = 0; i < values.size(); i++) {
        double at = left + (right - left) * (i + 0.5) / values.size();
        drawing.text(shortened(values.get(i)), at, bottom + 15, FONT - 2, TEXT, Anchor.MIDDLE);
      }
    }
    List<Double> envelope = new ArrayList<>();
    int parts = parts(dimension);
    for (int part = 0; part < parts; part++) {
      OptionalDouble best = best(dimension, part, parts);
      if (best.isPresent()) {
        envelope.add(left + (right - left) * (part + 0.5) / parts);
        envelope.add(up(best.getAsDouble(), low, high, top, bottom));
      }
    }
    drawing.stroke(envelope.stream().mapToDouble(v -> v).toArray(), 1.5, DARK);
    for (Tried one : drawn) {
      double at = left + (right - left) * place(dimension, one);
      double[] dot = {at, up(value(one), low, high, top, bottom)};
      drawing.stroke(dot, one == drawn.get(drawn.size() - 1) ? 9 : 5, colour(one));
    }
  }

  private static double up(double value, double low, double high, double top, double bottom) {
    double share = high > low ? Math.min(1, (value - low) / (high - low)) : 0.5;
    return bottom - share * (bottom - top);
  }

  private static int parts(Dimension dimension) {
    return dimension instanceof Dimension.Choices choices ? choices.values().size() : 5;
  }

  private OptionalDouble best(Dimension dimension, int part, int parts) {
    return drawn.stream()
        .filter(one -> Math.min(parts - 1, (int) (place(dimension, one) * parts)) == part)
        .mapToDouble(this::value)
        .min();
  }

  private String finding(int index) {
    Dimension dimension = dimensions.get(index);
    int parts = parts(dimension);
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int part = 0; part < parts; part++) {
      double value = best(dimension, part, parts).orElse(Double.POSITIVE_INFINITY);
      if (value < least) {
        least = value;
        best = part;
      }
    }
    String where =
        dimension instanceof Dimension.Interval range
            ? "from %s to %s"
                .formatted(
                    range.value((double) best / parts), range.value((double) (best + 1) / parts))
            : "at " + ((Dimension.Choices) dimension).values().get(best);
    return String.format(
        Locale.ROOT, "%s: the best %s lies %s.", names.get(index), measure(), where);
  }
}
