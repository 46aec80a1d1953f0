package dev.strata.driver.visualization;

import dev.strata.executor.layer.UnitOutputs;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Outputs of one layer: on the left the histogram of all of them, on the right one histogram a
 * unit, units sorted by their mean output. Dead units are marked orange, saturated ones blue.
 */
final class ActivationPicture {
  private static final int WIDTH = 1160;
  private static final int HEIGHT = 360;
  private static final int TOP = 64;
  private static final int BOTTOM = HEIGHT - 50;
  private static final int LEFT = 60;
  private static final int MIDDLE = 470;
  private static final int UNITS = 540;
  private static final int RIGHT = WIDTH - 20;
  private static final int BINS = 41;
  private static final double TEXT = 14;

  /** Half the height of a capital letter. */
  private static final double HALF = 5;

  private static final int INK = 0x1D2733;
  private static final int SOFT = 0x55616E;
  private static final int RULE = 0xDDE3EA;
  private static final int BAR = 0x3F7FAE;
  private static final int DEAD = 0xC44E00;
  private static final int SATURATED = 0x0063A5;

  private final LayerOutputSample layer;
  private final UnitOutputs outputs;
  private final Drawing drawing = new Drawing(WIDTH, HEIGHT);

  private ActivationPicture(LayerOutputSample layer) {
    this.layer = layer;
    this.outputs = layer.outputs();
  }

  /**
   * @param number of the layer from the bottom, from 1
   */
  static Picture of(int number, LayerOutputSample layer) {
    return new Picture(
        "activations-" + number + "-" + layer.name(),
        "Outputs of " + layer.name(),
        String.format(
            Locale.ROOT,
            "Left: all outputs over %,d %s. Right: one column per unit, sorted by mean output;"
                + " darker means more %s. Below: orange marks dead units (constant output), blue"
                + " marks saturated units (nearly always at a bound).",
            layer.outputs().rows(),
            layer.seen(),
            layer.seen()),
        List.of(layer.finding()),
        new ActivationPicture(layer).draw());
  }

  private Drawing draw() {
    drawing.text(
        String.format(
            Locale.ROOT,
            "%s: %,d units%s",
            layer.name(),
            outputs.units(),
            layer.activation().isEmpty() ? "" : ", " + layer.activation()),
        LEFT,
        26,
        17,
        INK,
        Drawing.Anchor.START);
    drawing.text("all outputs", LEFT, TOP - 8, TEXT, SOFT, Drawing.Anchor.START);
    drawing.text("each unit's outputs", UNITS, TOP - 8, TEXT, SOFT, Drawing.Anchor.START);
    histogram();
    unitMap();
    return drawing;
  }

  /** Describes zeros of ReLU units in words: their bar would hide the others. */
  private void histogram() {
    boolean rectified = layer.activation().equals("relu") && outputs.zeros() > 0;
    long[] counts = new long[BINS];
    long all = 0;
    for (int row = 0; row < outputs.rows(); row++) {
      for (int unit = 0; unit < outputs.units(); unit++) {
        double value = outputs.at(row, unit);
        if (!(rectified && value == 0)) {
          counts[bin(value)]++;
          all++;
        }
      }
    }
    long most = Math.max(1, IntStream.range(0, BINS).mapToLong(i -> counts[i]).max().orElse(1));
    for (int line = 1; line <= 2; line++) {
      int y = BOTTOM - (BOTTOM - TOP) * line / 2;
      drawing.fill(LEFT, y, MIDDLE - LEFT, 1, RULE);
      String share = percent((double) most * line / 2 / Math.max(1, all));
      drawing.text(share, LEFT - 8, y + HALF, TEXT, SOFT, Drawing.Anchor.END);
    }
    for (int i = 0; i < BINS; i++) {
      int from = LEFT + (MIDDLE - LEFT) * i / BINS;
      int to = LEFT + (MIDDLE - LEFT) * (i + 1) / BINS;
      int high = (int) Math.ceil((double) (BOTTOM - TOP) * counts[i] / most);
      drawing.fill(from + 1, BOTTOM - high, to - from - 1, high, BAR);
    }
    drawing.fill(LEFT, BOTTOM, MIDDLE - LEFT, 1, SOFT);
    drawing.text(number(outputs.low()), LEFT, BOTTOM + 20, TEXT, SOFT, Drawing.Anchor.START);
    drawing.text(number(outputs.high()), MIDDLE, BOTTOM + 20, TEXT, SOFT, Drawing.Anchor.END);
    String what =
        rectified
            ? String.format(Locale.ROOT, "output, without zeros (%s)", percent(outputs.zeros()))
            : "output";
    drawing.text(what, (LEFT + MIDDLE) / 2.0, BOTTOM + 20, TEXT, SOFT, Drawing.Anchor.MIDDLE);
  }

  private void unitMap() {
    List<Integer> sorted =
        IntStream.range(0, outputs.units())
            .boxed()
            .sorted(Comparator.comparingDouble(outputs::mean).thenComparing(unit -> unit))
            .toList();
    int wide = RIGHT - UNITS;
    int columns = Math.min(wide, outputs.units());
    Raster map = new Raster(wide, BOTTOM - TOP);
    for (int column = 0; column < columns; column++) {
      List<Integer> units =
          sorted.subList(
              (int) ((long) column * outputs.units() / columns),
              (int) ((long) (column + 1) * outputs.units() / columns));
      int from = wide * column / columns;
      column(units, from, wide * (column + 1) / columns - from, map);
    }
    drawing.image(map, UNITS, TOP);
    drawing.fill(UNITS, BOTTOM, wide, 1, SOFT);
    drawing.text(number(outputs.high()), UNITS - 8, TOP + 2 * HALF, TEXT, SOFT, Drawing.Anchor.END);
    drawing.text(number(outputs.low()), UNITS - 8, BOTTOM, TEXT, SOFT, Drawing.Anchor.END);
    String dead = String.format(Locale.ROOT, "dead: %,d", outputs.deadUnits());
    String saturated = String.format(Locale.ROOT, "saturated: %,d", outputs.saturatedUnits());
    drawing.text("units by mean output", UNITS, BOTTOM + 32, TEXT, SOFT, Drawing.Anchor.START);
    drawing.text(saturated, RIGHT, BOTTOM + 32, TEXT, SATURATED, Drawing.Anchor.END);
    drawing.text(dead, RIGHT - 180, BOTTOM + 32, TEXT, DEAD, Drawing.Anchor.END);
  }

  private void column(List<Integer> units, int from, int wide, Raster map) {
    double[] shares = new double[BINS];
    boolean dead = false;
    boolean saturated = false;
    for (int unit : units) {
      dead |= outputs.dead(unit);
      saturated |= outputs.saturated(unit);
      for (int row = 0; row < outputs.rows(); row++) {
        shares[bin(outputs.at(row, unit))] += 1.0 / outputs.rows() / units.size();
      }
    }
    for (int i = 0; i < BINS; i++) {
      int bottom = map.height() - map.height() * i / BINS;
      int top = map.height() - map.height() * (i + 1) / BINS;
      // the root, so that what few rows do is seen too; in steps, as they pack better
      double shade = Math.rint(100 * Math.sqrt(shares[i])) / 100;
      map.fill(from, top, wide, bottom - top, ColourScale.mix(Raster.WHITE, INK, shade));
    }
    if (dead || saturated) {
      drawing.fill(UNITS + from, BOTTOM + 4, Math.max(2, wide), 8, dead ? DEAD : SATURATED);
    }
  }

  private int bin(double value) {
    double share = (value - outputs.low()) / (outputs.high() - outputs.low());
    return (int) Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
