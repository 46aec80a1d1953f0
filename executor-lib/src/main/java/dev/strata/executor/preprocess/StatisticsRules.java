package dev.strata.executor.preprocess;

import java.util.List;

/**
 * What holds in the statistics of every {@code preprocessing.json}: they fit the columns, and have
 * what each number's scaling needs. Lists that are not used may be empty: an imported model has no
 * others.
 */
final class StatisticsRules extends Consistency {
  private final Preprocessing preprocessing;

  StatisticsRules(Preprocessing preprocessing, Object file) {
    super(file);
    this.preprocessing = preprocessing;
  }

  /**
   * @throws dev.strata.executor.failure.StrataException (data) naming the first field that does not
   *     fit
   */
  void check() {
    List<ColumnStatistics> all = preprocessing.statistics();
    List<FeatureColumn> features = preprocessing.layout().features();
    require(
        all.size() == features.size(),
        "statistics",
        all.size() + " columns",
        features.size() + ", one per feature");
    for (int i = 0; i < all.size(); i++) {
      String at = "statistics/" + i + "/";
      require(all.get(i).missing() >= 0, at + "missing", all.get(i).missing(), "at least 0");
      checkNumbers(all.get(i), features.get(i), at);
      checkCategories(all.get(i), features.get(i).kind() == ColumnKind.CATEGORICAL, at);
    }
  }

  private void checkNumbers(ColumnStatistics column, FeatureColumn feature, String at) {
    int numbers = feature.numbers();
    checkSize(column.mean(), numbers, at + "mean");
    checkSize(column.deviation(), numbers, at + "deviation");
    checkSize(column.minimum(), numbers, at + "minimum");
    checkSize(column.maximum(), numbers, at + "maximum");
    checkSize(column.quantiles(), numbers, at + "quantiles");
    MissingPolicy.Numeric missing = preprocessing.layout().missing().numeric();
    boolean mean =
        missing == MissingPolicy.Numeric.MEAN
            || missing == MissingPolicy.Numeric.CONSTANT && feature.time() != null;
    for (int i = 0; i < numbers; i++) {
      Scaling scaling = feature.scaling(i, preprocessing.scaling());
      if (scaling.needsMoments() || mean) {
        checkNumber(column.mean(), i, numbers, at + "mean");
      }
      if (scaling.needsMoments()) {
        checkNumber(column.deviation(), i, numbers, at + "deviation");
      }
      if (scaling == Scaling.MIN_MAX) {
        checkRange(column, i, numbers, at);
      }
      if (scaling.quantiles(1) > 0) {
        checkQuantiles(column, scaling, i, numbers, at + "quantiles");
      }
    }
  }

  private void checkRange(ColumnStatistics column, int i, int numbers, String at) {
    checkNumber(column.minimum(), i, numbers, at + "minimum");
    checkNumber(column.maximum(), i, numbers, at + "maximum");
    double width = column.maximum().get(i) - column.minimum().get(i);
    require(
        Double.isFinite(width),
        at + "maximum/" + i,
        width + " above the minimum",
        "a finite difference");
  }

  private void checkQuantiles(
      ColumnStatistics column, Scaling scaling, int i, int numbers, String at) {
    requireUsed(column.quantiles(), numbers, at);
    List<Double> quantiles = column.quantiles().get(i);
    boolean bins = scaling == Scaling.PIECEWISE_LINEAR;
    int least = scaling == Scaling.ROBUST ? scaling.quantiles(1) : 1;
    boolean size =
        scaling == Scaling.ROBUST ? quantiles.size() == least : quantiles.size() >= least;
    require(
        size,
        at + "/" + i,
        quantiles.size() + " quantiles",
        (scaling == Scaling.ROBUST ? "" : "at least ") + least);
    for (int j = 0; j < quantiles.size(); j++) {
      boolean ascends =
          j == 0
              || quantiles.get(j) > quantiles.get(j - 1)
              || !bins && quantiles.get(j).equals(quantiles.get(j - 1));
      require(
          isFinite(quantiles.get(j)) && ascends,
          at + "/" + i + "/" + j,
          quantiles.get(j),
          "finite numbers in ascending order" + (bins ? ", each once" : ""));
    }
    double width = quantiles.get(quantiles.size() - 1) - quantiles.get(0);
    require(Double.isFinite(width), at + "/" + i, "a range of " + width, "a finite range");
  }

  private void checkSize(List<?> values, int numbers, String at) {
    require(
        values.size() == numbers || values.isEmpty(),
        at,
        values.size() + " values",
        numbers + ", one per number of the column");
  }

  private void requireUsed(List<?> values, int numbers, String at) {
    require(values.size() == numbers, at, "no values", numbers + ", one per number of the column");
  }

  private void checkNumber(List<Double> values, int i, int numbers, String at) {
    requireUsed(values, numbers, at);
    require(isFinite(values.get(i)), at + "/" + i, values.get(i), "a finite number");
  }

  private boolean isFinite(double value) {
    return preprocessing.bytes() ? Float.isFinite((float) value) : Double.isFinite(value);
  }

  private void checkCategories(ColumnStatistics column, boolean categorical, String at) {
    int names = column.categories().size();
    require(
        categorical == column.places() > 0,
        at + "categories",
        names + " categories",
        categorical ? "at least one" : "none, because the column is not categorical");
    require(
        column.frequencies().size() == names,
        at + "frequencies",
        column.frequencies().size() + " values",
        names + ", one per category");
    requireDistinct(column.categories(), at + "categories");
    requireCounts(column.frequencies(), at + "frequencies");
    requireCounts(column.buckets(), at + "buckets");
  }
}
