package dev.strata.driver.tuning;

import dev.strata.executor.random.RandomStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points as a function of the seed, the key and the number of the trial: neither another key nor
 * more trials change what a trial has of a key.
 */
final class Draws {
  private static final double WHOLE = 1;

  private final List<Dimension> dimensions;
  private final long seed;

  Draws(List<Dimension> dimensions, long seed) {
    this.dimensions = dimensions;
    this.seed = seed;
  }

  /**
   * Uniform in all places.
   *
   * @param first number of the first point
   */
  List<Point> uniform(int first, int count) {
    return around(Map.of(), WHOLE, first, count);
  }

  /**
   * Uniform in a part of the places, as far as they have an order; others are drawn as always.
   *
   * @param centre key → place
   * @param width of the part, in (0, 1]; moved where it would leave [0, 1]
   */
  List<Point> around(Map<String, Double> centre, double width, int first, int count) {
    List<Point> points = new ArrayList<>();
    for (int number = first; number < first + count; number++) {
      Map<String, String> values = new LinkedHashMap<>();
      Map<String, Double> places = new LinkedHashMap<>();
      for (Dimension dimension : dimensions) {
        double place = RandomStream.of(seed, dimension.key().hashCode(), number).uniform();
        if (dimension.ordered() && centre.containsKey(dimension.key())) {
          double from = centre.get(dimension.key()) - width / 2;
          place = Math.max(0, Math.min(1 - width, from)) + place * width;
        }
        values.put(dimension.key(), dimension.value(place));
        places.put(dimension.key(), place);
      }
      points.add(new Point(number, values, places));
    }
    return points;
  }

  /** Every combination; the last key changes fastest. */
  List<Point> grid() {
    List<Map<String, String>> rows = List.of(Map.of());
    for (Dimension dimension : dimensions) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> row : rows) {
        for (String value : dimension.grid()) {
          Map<String, String> values = new LinkedHashMap<>(row);
          values.put(dimension.key(), value);
          longer.add(values);
        }
      }
      rows = longer;
    }
    List<Point> points = new ArrayList<>();
    for (Map<String, String> row : rows) {
      points.add(new Point(points.size() + 1, row, Map.of()));
    }
    return points;
  }

  /** How many combinations a grid has; the largest long where it has more. */
  static long gridSize(List<Dimension> dimensions) {
    long size = 1;
    for (Dimension dimension : dimensions) {
      long values = dimension.grid().size();
      size = size > Long.MAX_VALUE / values ? Long.MAX_VALUE : size * values;
    }
    return size;
  }
}
