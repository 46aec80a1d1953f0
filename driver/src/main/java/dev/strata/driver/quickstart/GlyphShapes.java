package dev.strata.driver.quickstart;

import java.util.ArrayList;
import java.util.List;

/**
 * The characters as strokes in the unit square (y downwards): polylines ({@code L x y x y …}) and
 * arcs of ellipses ({@code A centre-x centre-y radius-x radius-y from to}, degrees, clockwise from
 * the right).
 */
final class GlyphShapes {
  private static final String[][] SHAPES = {
    {"0", "A .5 .5 .34 .48 0 360"},
    {"1", "L .28 .22 .55 .02 .55 .98"},
    {"2", "A .5 .28 .32 .27 -180 40", "L .745 .453 .2 .98 .84 .98"},
    {"3", "A .47 .26 .3 .24 -160 90", "A .47 .74 .33 .24 -90 160"},
    {"4", "L .65 .98 .65 .02 .15 .68 .9 .68"},
    {"5", "L .78 .03 .28 .03 .258 .468", "A .47 .69 .33 .29 -130 150"},
    {"6", "A .62 .7 .42 .68 -80 -180", "A .5 .7 .3 .28 -180 180"},
    {"7", "L .15 .04 .85 .04 .4 .98"},
    {"8", "A .5 .26 .26 .24 90 450", "A .5 .74 .32 .24 -90 270"},
    {"9", "A .5 .3 .3 .28 0 360", "A .38 .3 .42 .68 0 100"},
    {"A", "L .1 .98 .5 .02 .9 .98", "L .25 .62 .75 .62"},
    {"C", "A .55 .5 .4 .47 -50 -310"},
    {"E", "L .82 .03 .2 .03 .2 .97 .84 .97", "L .2 .48 .7 .48"},
    {"F", "L .84 .03 .22 .03 .22 .98", "L .22 .47 .72 .47"},
    {"H", "L .15 .02 .15 .98", "L .85 .02 .85 .98", "L .15 .5 .85 .5"},
    {"K", "L .2 .02 .2 .98", "L .82 .02 .2 .55", "L .38 .42 .86 .98"},
    {"N", "L .15 .98 .15 .02 .85 .98 .85 .02"},
    {"P", "L .22 .98 .22 .03 .5 .03", "A .5 .28 .32 .25 -90 90", "L .5 .53 .22 .53"},
    {"X", "L .12 .02 .88 .98", "L .88 .02 .12 .98"},
    {"Y", "L .1 .02 .5 .5 .9 .02", "L .5 .5 .5 .98"},
  };

  /** Longest piece, in the unit square: short enough that a bent line looks bent. */
  private static final double PIECE = 0.07;

  private static final String[] NAMES = new String[SHAPES.length];
  private static final double[][][] STROKES = new double[SHAPES.length][][];

  static {
    for (int i = 0; i < SHAPES.length; i++) {
      NAMES[i] = SHAPES[i][0];
      STROKES[i] = new double[SHAPES[i].length - 1][];
      for (int s = 1; s < SHAPES[i].length; s++) {
        STROKES[i][s - 1] = points(SHAPES[i][s]);
      }
    }
  }

  private GlyphShapes() {}

  static int count() {
    return SHAPES.length;
  }

  static String name(int glyph) {
    return NAMES[glyph];
  }

  /** The strokes, each as x, y, x, y, … of a polyline of short pieces; not to be changed. */
  static double[][] strokes(int glyph) {
    return STROKES[glyph];
  }

  private static double[] points(String stroke) {
    String[] words = stroke.split(" ");
    double[] numbers = new double[words.length - 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(words[i + 1]);
    }
    List<Double> points = new ArrayList<>();
    if (words[0].equals("A")) {
      addArc(points, numbers);
    } else {
      addLines(points, numbers);
    }
    return points.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void addArc(List<Double> points, double[] arc) {
    double from = StrictMath.toRadians(arc[4]);
    double to = StrictMath.toRadians(arc[5]);
    int pieces = (int) Math.ceil(Math.abs(to - from) * Math.max(arc[2], arc[3]) / PIECE);
    for (int i = 0; i <= pieces; i++) {
      double angle = from + (to - from) * i / pieces;
      points.add(arc[0] + arc[2] * StrictMath.cos(angle));
      points.add(arc[1] + arc[3] * StrictMath.sin(angle));
    }
  }

  private static void addLines(List<Double> points, double[] line) {
    points.add(line[0]);
    points.add(line[1]);
    for (int i = 2; i < line.length; i += 2) {
      double dx = line[i] - line[i - 2];
      double dy = line[i + 1] - line[i - 1];
      int pieces = (int) Math.ceil(StrictMath.sqrt(dx * dx + dy * dy) / PIECE);
      for (int piece = 1; piece <= pieces; piece++) {
        points.add(line[i - 2] + dx * piece / pieces);
        points.add(line[i - 1] + dy * piece / pieces);
      }
    }
  }
}
