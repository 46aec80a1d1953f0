package dev.strata.executor.preprocess;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses the scaling of columns whose scaling is {@link Scaling#AUTO}, by all their numbers in the
 * training rows together:
 *
 * <ol>
 *   <li>All of them in [0, 1]: {@link Scaling#NONE}.
 *   <li>Pixels, that is images or at least 64 numbers a row, from 0 to 255: {@link
 *       Scaling#DIVIDE_BY} 255.
 *   <li>Otherwise each column has its own: a column of two values {@link Scaling#MIN_MAX}, another
 *       column of numbers {@link Scaling#QUANTILE_NORMAL} if at least 1,000 training rows have a
 *       value; vectors, constant columns and all others {@link Scaling#STANDARD}. (The ends of few
 *       quantiles would be outliers.) Dates and times keep theirs.
 * </ol>
 */
final class AutomaticScaling {
  private static final double PIXEL = 255;
  private static final int MANY_PIXELS = 64;

  /** As many as there are quantiles of {@link Scaling#QUANTILE_NORMAL} at most. */
  private static final int MANY_VALUES = 1000;

  private final Preprocessing fitted;
  private final List<FeatureColumn> features;

  private AutomaticScaling(Preprocessing fitted) {
    this.fitted = fitted;
    this.features = fitted.layout().features();
  }

  /**
   * The same preprocessing with a scaling chosen wherever it is {@link Scaling#AUTO}.
   *
   * @param fitted with the statistics of the training rows
   */
  static Preprocessing chosen(Preprocessing fitted) {
    AutomaticScaling automatic = new AutomaticScaling(fitted);
    boolean any = IntStream.range(0, automatic.features.size()).anyMatch(automatic::isAutomatic);
    if (!any) {
      return fitted.scaling() == Scaling.AUTO
          ? PreprocessingBuilder.builder(fitted).scaling(Scaling.NONE).build()
          : fitted;
    }
    return automatic.choose();
  }

  /** Whether a column's numbers have a scaling that is to be chosen. */
  private boolean isAutomatic(int column) {
    FeatureColumn feature = features.get(column);
    Scaling asked = feature.scaling() == null ? fitted.scaling() : feature.scaling();
    return feature.numbers() > 0 && feature.time() == null && asked == Scaling.AUTO;
  }

  private Preprocessing choose() {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    int numbers = 0;
    boolean images = true;
    for (int column = 0; column < features.size(); column++) {
      if (isAutomatic(column)) {
        ColumnStatistics statistics = fitted.statistics().get(column);
        numbers += features.get(column).numbers();
        images &= features.get(column).kind() == ColumnKind.IMAGE;
        for (int i = 0; i < features.get(column).numbers(); i++) {
          // NaN, of a number that no row has, changes neither
          lowest = statistics.minimum().get(i) < lowest ? statistics.minimum().get(i) : lowest;
          highest = statistics.maximum().get(i) > highest ? statistics.maximum().get(i) : highest;
        }
      }
    }
    if (lowest >= 0 && highest <= 1) {
      return with(Scaling.NONE, fitted.divideBy());
    }
    boolean pixels = images ? highest <= PIXEL : numbers >= MANY_PIXELS && highest == PIXEL;
    if (lowest >= 0 && pixels) {
      return with(Scaling.DIVIDE_BY, PIXEL);
    }
    return with(Scaling.AUTO, fitted.divideBy());
  }

  /**
   * @param all scaling of all automatic columns; AUTO: each has its own
   */
  private Preprocessing with(Scaling all, double divideBy) {
    boolean common = fitted.scaling() == Scaling.AUTO && all != Scaling.AUTO;
    List<FeatureColumn> scaled = new ArrayList<>();
    List<ColumnStatistics> statistics = new ArrayList<>();
    for (int column = 0; column < features.size(); column++) {
      FeatureColumn feature = features.get(column);
      ColumnStatistics own = fitted.statistics().get(column);
      if (isAutomatic(column)) {
        Scaling chosen = all == Scaling.AUTO ? ofColumn(column) : all;
        feature = feature.scaled(common ? null : chosen);
        own = chosen == Scaling.QUANTILE_NORMAL ? own : own.withoutQuantiles();
      } else if (feature.scaling() == Scaling.AUTO) {
        feature = feature.scaled(null);
      }
      scaled.add(feature);
      statistics.add(own);
    }
    Scaling rest = fitted.scaling() == Scaling.AUTO ? Scaling.NONE : fitted.scaling();
    return PreprocessingBuilder.builder(fitted)
        .layout(fitted.layout().with(scaled))
        .scaling(common ? all : rest)
        .divideBy(divideBy)
        .statistics(statistics)
        .build()
        .versioned();
  }

  private Scaling ofColumn(int column) {
    FeatureColumn feature = features.get(column);
    ColumnStatistics own = fitted.statistics().get(column);
    if (feature.isArray()) {
      return Scaling.STANDARD;
    }
    List<Double> quantiles = own.quantiles().get(0);
    long values = quantiles.stream().distinct().count();
    if (own.minimum().get(0).equals(own.maximum().get(0))) {
      return Scaling.STANDARD;
    }
    if (values <= 2) {
      return Scaling.MIN_MAX;
    }
    return quantiles.size() < MANY_VALUES ? Scaling.STANDARD : Scaling.QUANTILE_NORMAL;
  }
}
