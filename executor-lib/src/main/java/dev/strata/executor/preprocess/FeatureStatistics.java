package dev.strata.executor.preprocess;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Statistics of rows in one pass, and of blocks merged in block order.
 *
 * <p>Mean and squared deviations by Welford (Technometrics 4, 1962), merged by Chan, Golub and
 * LeVeque (1979): {@code mean = a + (b - a) n_b / n}, {@code M2 = M2_a + M2_b + (b - a)^2 n_a n_b /
 * n}. Missing numbers are not counted.
 */
public final class FeatureStatistics {
  private final long[] count;
  private final double[] mean;
  private final double[] squares;
  private final double[] minimum;
  private final double[] maximum;
  private final long[] missingTexts;
  private final List<TreeMap<String, Long>> categories;
  private long rows;

  public FeatureStatistics(int numbers, int texts) {
    this(
        new State(
            0,
            new long[numbers],
            new double[numbers],
            new double[numbers],
            filled(numbers, Double.POSITIVE_INFINITY),
            filled(numbers, Double.NEGATIVE_INFINITY),
            new long[texts],
            emptyMaps(texts)));
  }

  public FeatureStatistics(State state) {
    this.rows = state.rows();
    this.count = state.count();
    this.mean = state.mean();
    this.squares = state.squares();
    this.minimum = state.minimum();
    this.maximum = state.maximum();
    this.missingTexts = state.missingTexts();
    this.categories = state.categories();
  }

  /**
   * Gathered statistics in the form sent from a task to the driver (JSON keeps doubles exactly).
   *
   * @param count rows that have number j
   * @param squares sum of squared deviations from the mean
   */
  public record State(
      long rows,
      long[] count,
      double[] mean,
      double[] squares,
      double[] minimum,
      double[] maximum,
      long[] missingTexts,
      List<TreeMap<String, Long>> categories) {}

  public State state() {
    return new State(rows, count, mean, squares, minimum, maximum, missingTexts, categories);
  }

  public long rows() {
    return rows;
  }

  public void add(PlainRow row) {
    rows++;
    double sharedInverse = 1.0 / rows;
    for (int i = 0; i < count.length; i++) {
      double x = row.number(i);
      if (Double.isNaN(x)) {
        continue;
      }
      long n = ++count[i];
      double difference = x - mean[i];
      mean[i] += n == rows ? difference * sharedInverse : difference / n;
      squares[i] += difference * (x - mean[i]);
      if (x < minimum[i]) {
        minimum[i] = x;
      }
      if (x > maximum[i]) {
        maximum[i] = x;
      }
    }
    for (int i = 0; i < missingTexts.length; i++) {
      String text = row.texts()[i];
      if (text == null) {
        missingTexts[i]++;
      } else {
        categories.get(i).merge(text, 1L, Long::sum);
      }
    }
  }

  /** Adds the rows of a later block. */
  public void merge(FeatureStatistics later) {
    rows += later.rows;
    for (int i = 0; i < count.length; i++) {
      long n = count[i] + later.count[i];
      if (later.count[i] == 0) {
        continue;
      }
      double difference = later.mean[i] - mean[i];
      double share = (double) later.count[i] / n;
      mean[i] += difference * share;
      squares[i] += later.squares[i] + difference * difference * count[i] * share;
      count[i] = n;
      minimum[i] = Math.min(minimum[i], later.minimum[i]);
      maximum[i] = Math.max(maximum[i], later.maximum[i]);
    }
    for (int i = 0; i < missingTexts.length; i++) {
      missingTexts[i] += later.missingTexts[i];
      Map<String, Long> mine = categories.get(i);
      later.categories.get(i).forEach((text, n) -> mine.merge(text, n, Long::sum));
    }
  }

  /** One entry for each feature; means of numbers that no row has are NaN. */
  public List<ColumnStatistics> columns(RowLayout layout) {
    List<ColumnStatistics> columns = new ArrayList<>();
    int number = 0;
    int text = 0;
    for (FeatureColumn feature : layout.features()) {
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        columns.add(texts(text));
        text++;
      } else {
        columns.add(numbers(number, number + feature.numbers()));
        number += feature.numbers();
      }
    }
    return columns;
  }

  private ColumnStatistics numbers(int from, int to) {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    List<Double> minima = new ArrayList<>();
    List<Double> maxima = new ArrayList<>();
    long missing = 0;
    for (int i = from; i < to; i++) {
      boolean none = count[i] == 0;
      means.add(none ? Double.NaN : mean[i]);
      deviations.add(none ? Double.NaN : Math.sqrt(squares[i] / count[i]));
      minima.add(none ? Double.NaN : minimum[i]);
      maxima.add(none ? Double.NaN : maximum[i]);
      missing += rows - count[i];
    }
    return new ColumnStatistics(missing, means, deviations, minima, maxima, List.of(), List.of());
  }

  private ColumnStatistics texts(int column) {
    Map<String, Long> ordered = new LinkedHashMap<>();
    for (String name : PlainText.sorted(categories.get(column).keySet())) {
      ordered.put(name, categories.get(column).get(name));
    }
    return new ColumnStatistics(
        missingTexts[column],
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.copyOf(ordered.keySet()),
        List.copyOf(ordered.values()));
  }

  private static double[] filled(int length, double value) {
    double[] array = new double[length];
    Arrays.fill(array, value);
    return array;
  }

  private static List<TreeMap<String, Long>> emptyMaps(int length) {
    List<TreeMap<String, Long>> maps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      maps.add(new TreeMap<>());
    }
    return maps;
  }
}
