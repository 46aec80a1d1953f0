package dev.strata.executor.preprocess;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Statistics of rows in one pass, and of blocks merged in block order: moments of numbers, counts
 * of categories, and the values of a sample of rows for scalings that need quantiles.
 */
public final class FeatureStatistics {
  /** Rows of the sample, where all numbers together are few enough. */
  private static final long MOST_ROWS = 100_000;

  /** Rows of the sample in any case. */
  private static final long FEWEST_ROWS = 1000;

  /** Values of the sample, of all numbers that need it together. */
  private static final long MOST_VALUES = 4_000_000;

  private final RowLayout layout;
  private final Scaling[] scalings;
  private final NumberSample[] samples;
  private final CategoryCounts[] categories;
  private final Moments moments;
  private long rows;

  /**
   * @param common scaling of columns without one of their own
   */
  public FeatureStatistics(RowLayout layout, Scaling common, CategoryRule rule) {
    this.layout = layout;
    this.scalings = scalings(layout, common);
    this.moments = Moments.of(scalings.length);
    this.samples = new NumberSample[scalings.length];
    for (int i = 0; i < scalings.length; i++) {
      samples[i] = scalings[i].quantiles(1) > 0 ? new NumberSample() : null;
    }
    this.categories = new CategoryCounts[layout.categories()];
    for (int i = 0; i < categories.length; i++) {
      categories[i] = new CategoryCounts(rule);
    }
  }

  /**
   * Gathered statistics in the form sent from a task to the driver (JSON keeps doubles exactly).
   *
   * @param samples of each number; null where its scaling needs none
   */
  public record State(
      long rows, Moments moments, List<double[]> samples, List<CategoryCounts.State> categories) {}

  public State state() {
    return new State(
        rows,
        moments,
        Stream.of(samples).map(sample -> sample == null ? null : sample.values()).toList(),
        Stream.of(categories).map(CategoryCounts::state).toList());
  }

  public long rows() {
    return rows;
  }

  /** Rows that the sample may have; of more rows, as many at even distances. */
  public long sampleRows() {
    long numbers = Stream.of(samples).filter(sample -> sample != null).count();
    return numbers == 0 ? 0 : Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, MOST_VALUES / numbers));
  }

  /**
   * @param sampled whether the row belongs to the sample
   */
  public void add(PlainRow row, boolean sampled) {
    rows++;
    double inverse = 1.0 / rows;
    for (int i = 0; i < scalings.length; i++) {
      double x = row.number(i);
      if (Double.isNaN(x)) {
        continue;
      }
      moments.add(i, scalings[i] == Scaling.LOG ? SignedLog.of(x) : x, rows, inverse);
      if (sampled && samples[i] != null) {
        samples[i].add(x);
      }
    }
    for (int i = 0; i < categories.length; i++) {
      categories[i].add(row.texts()[i]);
    }
  }

  /** Adds the rows of a later block. */
  public void merge(State later) {
    rows += later.rows();
    moments.merge(later.moments());
    for (int i = 0; i < samples.length; i++) {
      if (samples[i] != null) {
        samples[i].addAll(later.samples().get(i));
      }
    }
    for (int i = 0; i < categories.length; i++) {
      categories[i].merge(later.categories().get(i));
    }
  }

  /** One entry for each feature; means and quantiles of numbers that no row has are NaN. */
  public List<ColumnStatistics> columns() {
    List<ColumnStatistics> columns = new ArrayList<>();
    int number = 0;
    int text = 0;
    for (FeatureColumn feature : layout.features()) {
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        columns.add(categories[text++].statistics());
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
    List<List<Double>> quantiles = new ArrayList<>();
    long missing = 0;
    for (int i = from; i < to; i++) {
      long count = moments.count()[i];
      boolean none = count == 0;
      means.add(none ? Double.NaN : moments.mean()[i]);
      deviations.add(none ? Double.NaN : Math.sqrt(moments.squares()[i] / count));
      minima.add(none ? Double.NaN : moments.minimum()[i]);
      maxima.add(none ? Double.NaN : moments.maximum()[i]);
      quantiles.add(quantiles(i));
      missing += rows - count;
    }
    return ColumnStatisticsBuilder.builder()
        .missing(missing)
        .mean(means)
        .deviation(deviations)
        .minimum(minima)
        .maximum(maxima)
        .categories(List.of())
        .frequencies(List.of())
        .quantiles(quantiles.stream().allMatch(List::isEmpty) ? List.of() : quantiles)
        .buckets(List.of())
        .build();
  }

  private List<Double> quantiles(int number) {
    if (samples[number] == null) {
      return List.of();
    }
    double[] values = samples[number].values();
    if (values.length == 0) {
      return List.of(Double.NaN);
    }
    int count = scalings[number].quantiles(values.length);
    return scalings[number] == Scaling.PIECEWISE_LINEAR
        ? Quantiles.distinctValues(values, count)
        : Quantiles.of(values, count);
  }

  private static Scaling[] scalings(RowLayout layout, Scaling common) {
    List<Scaling> scalings = new ArrayList<>();
    for (FeatureColumn feature : layout.features()) {
      for (int i = 0; i < feature.numbers(); i++) {
        Scaling scaling = feature.scaling(i, common);
        // An automatic scaling of vectors needs no quantiles.
        boolean moments = scaling == Scaling.AUTO && feature.isArray();
        scalings.add(moments ? Scaling.STANDARD : scaling);
      }
    }
    return scalings.toArray(Scaling[]::new);
  }
}
