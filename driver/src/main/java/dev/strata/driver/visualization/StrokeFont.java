package dev.strata.driver.visualization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Letters as lines, so that a drawing has its words where no font is installed. A capital letter is
 * 6 units high, its foot at y = 6, a small one begins at y = 2. {@code L x y x y …} is a polyline,
 * {@code A centre-x centre-y radius-x radius-y from to} an arc of an ellipse (degrees, clockwise
 * from the right).
 */
final class StrokeFont {
  private static final double CAPITAL = 6;
  private static final double GAP = 1.7;
  private static final double SPACE = 2.2;

  /** What stands for a character that is not here. */
  private static final String UNKNOWN = "L 0 2 3 2 3 6 0 6 0 2";

  private static final String SHAPES =
      """
      0 A 2 3 2 3 0 360
      1 L .4 1.3 2 0 2 6
      2 A 2 1.7 1.9 1.7 -180 40; L 3.45 2.8 .1 6 4 6
      3 A 1.9 1.55 1.75 1.55 -150 90; A 1.9 4.55 2 1.45 -90 150
      4 L 3.1 6 3.1 0 0 4.2 4.1 4.2
      5 L 3.6 0 .6 0 .4 2.7; A 1.9 4.05 2 1.95 -140 145
      6 A 2 4.1 1.9 1.9 0 360; A 4.1 4.1 4 4.1 -180 -95
      7 L 0 0 4 0 1.4 6
      8 A 2 1.5 1.6 1.5 0 360; A 2 4.5 2 1.5 0 360
      9 A 2 1.9 1.9 1.9 0 360; A -.1 1.9 4 4.1 0 85
      A L 0 6 2.2 0 4.4 6; L .75 4 3.65 4
      B L 2.2 0 0 0 0 6 2.3 6; A 2.2 1.45 1.5 1.45 -90 90; L 0 2.9 2.3 2.9; A 2.3 4.45 1.8 1.55 -90 90
      C A 2.5 3 2.5 3 -45 -315
      D L 1.6 0 0 0 0 6 1.6 6; A 1.6 3 2.6 3 -90 90
      E L 3.6 0 0 0 0 6 3.7 6; L 0 2.9 3 2.9
      F L 3.6 0 0 0 0 6; L 0 2.9 3 2.9
      G A 2.5 3 2.5 3 -45 -360; L 5 3 2.9 3
      H L 0 0 0 6; L 4.2 0 4.2 6; L 0 2.9 4.2 2.9
      I L 0 0 0 6
      J L 2.6 0 2.6 4.4; A 1.3 4.4 1.3 1.6 0 170
      K L 0 0 0 6; L 3.9 0 0 3.7; L 1.4 2.5 4.1 6
      L L 0 0 0 6 3.4 6
      M L 0 6 0 0 2.4 4.4 4.8 0 4.8 6
      N L 0 6 0 0 4.2 6 4.2 0
      O A 2.5 3 2.5 3 0 360
      P L 0 6 0 0 2 0; A 2 1.65 1.8 1.65 -90 90; L 2 3.3 0 3.3
      Q A 2.5 3 2.5 3 0 360; L 3 4.2 4.9 6.4
      R L 0 6 0 0 2 0; A 2 1.65 1.8 1.65 -90 90; L 0 3.3 2 3.3 4 6
      S A 2 1.55 1.8 1.55 -30 -270; A 2 4.55 1.95 1.45 -90 150
      T L 0 0 4.4 0; L 2.2 0 2.2 6
      U L 0 0 0 3.9; A 2.1 3.9 2.1 2.1 180 0; L 4.2 3.9 4.2 0
      V L 0 0 2.1 6 4.2 0
      W L 0 0 1.5 6 3 1 4.5 6 6 0
      X L 0 0 4 6; L 4 0 0 6
      Y L 0 0 2.1 3 4.2 0; L 2.1 3 2.1 6
      Z L 0 0 4 0 0 6 4.1 6
      a A 1.8 4.1 1.75 1.9 0 360; L 3.55 2.2 3.55 6
      b L 0 0 0 6; A 1.75 4.1 1.75 1.9 0 360
      c A 1.8 4.1 1.8 1.9 -50 -310
      d A 1.75 4.1 1.75 1.9 0 360; L 3.5 0 3.5 6
      e L 0 4.1 3.6 4.1; A 1.8 4.1 1.8 1.9 0 -310
      f A 2 1.3 1.1 1.3 -60 -180; L .9 1.3 .9 6; L 0 2.3 2 2.3
      g A 1.8 4.1 1.75 1.9 0 360; L 3.55 2.2 3.55 6.3; A 1.85 6.3 1.7 1.6 0 150
      h L 0 0 0 6; A 1.6 3.8 1.6 1.6 -180 0; L 3.2 3.8 3.2 6
      i L 0 2.2 0 6; L 0 .3 0 .5
      j L .9 2.2 .9 6.4; A -.1 6.4 1 1.4 0 100; L .9 .3 .9 .5
      k L 0 0 0 6; L 2.9 2.2 0 4.7; L 1.1 3.8 3.1 6
      l L 0 0 0 6
      m L 0 2.2 0 6; A 1.25 3.6 1.25 1.4 -180 0; L 2.5 3.6 2.5 6; A 3.75 3.6 1.25 1.4 -180 0; L 5 3.6 5 6
      n L 0 2.2 0 6; A 1.6 3.8 1.6 1.6 -180 0; L 3.2 3.8 3.2 6
      o A 1.8 4.1 1.8 1.9 0 360
      p L 0 2.2 0 7.9; A 1.75 4.1 1.75 1.9 0 360
      q A 1.75 4.1 1.75 1.9 0 360; L 3.5 2.2 3.5 7.9
      r L 0 2.2 0 6; A 1.5 3.8 1.5 1.6 -180 -60
      s A 1.5 3.1 1.35 1 -30 -270; A 1.5 5.05 1.45 .95 -90 150
      t L .9 .6 .9 4.9; A 1.9 4.9 1 1.1 180 80; L 0 2.3 2.1 2.3
      u L 0 2.2 0 4.3; A 1.6 4.3 1.6 1.7 180 0; L 3.2 2.2 3.2 6
      v L 0 2.2 1.6 6 3.2 2.2
      w L 0 2.2 1.15 6 2.3 2.6 3.45 6 4.6 2.2
      x L 0 2.2 3 6; L 3 2.2 0 6
      y L 0 2.2 1.65 6; L 3.3 2.2 1.65 6 1.1 7.4 .2 7.8
      z L 0 2.3 3 2.3 0 6 3.1 6
      . L 0 5.9 0 6
      , L .3 5.8 0 7
      : L 0 2.8 0 2.9; L 0 5.9 0 6
      ; L .3 2.8 .3 2.9; L .3 5.8 0 7
      ' L 0 0 0 1.6
      - L 0 3.9 1.9 3.9
      – L 0 3.9 3.2 3.9
      − L 0 3.9 3.2 3.9
      + L 0 3.9 3.2 3.9; L 1.6 2.3 1.6 5.5
      = L 0 3.1 3.2 3.1; L 0 4.7 3.2 4.7
      × L .2 2.6 2.8 5.2; L 2.8 2.6 .2 5.2
      · L 0 3.9 0 4
      % A .9 1.3 .9 1.3 0 360; A 3.9 4.7 .9 1.3 0 360; L 4.1 0 .7 6
      / L 0 6.8 2.2 -.4
      _ L 0 6.9 3.4 6.9
      ( A 2.2 3.2 2.2 4.4 -130 -230
      ) A -.8 3.2 2.2 4.4 -50 50
      < L 2.6 2 0 3.9 2.6 5.8
      > L 0 2 2.6 3.9 0 5.8
      ² A 1 .9 .9 .8 -180 40; L 1.7 1.4 .1 2.9 2 2.9
      """;

  /** Lines of each character, as x, y, x, y, …; not to be changed. */
  private static final Map<Character, List<double[]>> FONT = font();

  private StrokeFont() {}

  /** Pixels that a text is wide. */
  static double width(String text, double size) {
    double units = -GAP;
    for (char c : text.toCharArray()) {
      units += advance(c);
    }
    return Math.max(0, units) * size / CAPITAL;
  }

  /** The lines of a text that begins at x and stands on the baseline. */
  static List<double[]> lines(String text, double x, double baseline, double size) {
    double scale = size / CAPITAL;
    List<double[]> lines = new ArrayList<>();
    double at = x;
    for (char c : text.toCharArray()) {
      for (double[] line : c == ' ' ? List.<double[]>of() : shape(c)) {
        double[] placed = new double[line.length];
        for (int i = 0; i < line.length; i += 2) {
          placed[i] = at + line[i] * scale;
          placed[i + 1] = baseline + (line[i + 1] - CAPITAL) * scale;
        }
        lines.add(placed);
      }
      at += advance(c) * scale;
    }
    return lines;
  }

  private static double advance(char c) {
    if (c == ' ') {
      return SPACE;
    }
    double widest = 0;
    for (double[] line : shape(c)) {
      for (int i = 0; i < line.length; i += 2) {
        widest = Math.max(widest, line[i]);
      }
    }
    return widest + GAP;
  }

  private static List<double[]> shape(char c) {
    List<double[]> known = FONT.get(c);
    return known == null ? FONT.get('\0') : known;
  }

  private static Map<Character, List<double[]>> font() {
    Map<Character, List<double[]>> font = new HashMap<>();
    font.put('\0', strokes(UNKNOWN));
    SHAPES.lines().forEach(line -> font.put(line.charAt(0), strokes(line.substring(2))));
    return font;
  }

  private static List<double[]> strokes(String text) {
    List<double[]> strokes = new ArrayList<>();
    for (String stroke : text.split("; ")) {
      String[] words = stroke.split(" ");
      double[] numbers = new double[words.length - 1];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Double.parseDouble(words[i + 1]);
      }
      strokes.add(words[0].equals("A") ? arc(numbers) : numbers);
    }
    return strokes;
  }

  private static double[] arc(double[] arc) {
    int pieces = (int) Math.ceil(Math.abs(arc[5] - arc[4]) / 20);
    double[] points = new double[2 * pieces + 2];
    for (int i = 0; i <= pieces; i++) {
      double angle = StrictMath.toRadians(arc[4] + (arc[5] - arc[4]) * i / pieces);
      points[2 * i] = arc[0] + arc[2] * StrictMath.cos(angle);
      points[2 * i + 1] = arc[1] + arc[3] * StrictMath.sin(angle);
    }
    return points;
  }
}
