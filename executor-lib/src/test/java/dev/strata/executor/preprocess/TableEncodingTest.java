package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.MissingPolicy.Categorical;
import dev.strata.executor.preprocess.MissingPolicy.Label;
import dev.strata.executor.preprocess.MissingPolicy.Numeric;
import dev.strata.executor.preprocess.PlainRow.Fate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns of a table from fitted statistics to the network's numbers. */
class TableEncodingTest {
  private static final MissingPolicy MEAN =
      new MissingPolicy(Numeric.MEAN, 0, Categorical.CATEGORY, Label.ERROR);

  /** Median 4, quartiles 2 and 8. */
  @Test
  void robustIsMedianAndQuartiles() {
    RowEncoder encoder = fitted(Scaling.ROBUST, MEAN, 1, 2, 4, 8, 100);
    assertThat(encode(encoder, 4)).isZero();
    assertThat(encode(encoder, 8)).isEqualTo((float) (4 / 6.0));
    assertThat(encode(encoder, -2)).isEqualTo(-1f);
    assertThat(encode(fitted(Scaling.ROBUST, MEAN, 5, 5, 5, 5, 9), 9)).isEqualTo(4f);
  }

  /** Of 0, ±(e² - 1): logarithms 0, 2, -2 with mean 0 and deviation √(8/3). */
  @Test
  void logIsStandardOfTheSignedLogarithm() {
    double large = Math.expm1(2);
    RowEncoder encoder = fitted(Scaling.LOG, MEAN, 0, large, -large);
    assertThat(encode(encoder, 0)).isZero();
    assertThat(encode(encoder, large)).isCloseTo((float) (2 / Math.sqrt(8 / 3.0)), within(1e-6f));
    assertThat(encode(encoder, -Math.expm1(4)))
        .isCloseTo((float) (-4 / Math.sqrt(8 / 3.0)), within(1e-6f));
    assertThat(encode(encoder, Double.NaN)).isZero();
  }

  @Test
  void quantileNormalIsTheValueOfTheSameRank() {
    RowEncoder encoder = fitted(Scaling.QUANTILE_NORMAL, MEAN, 40, 0, 20, 10, 80, 160);
    assertThat(encode(encoder, 10)).isCloseTo(-0.84162123f, within(1e-7f));
    assertThat(encode(encoder, 1e9)).isCloseTo(5.1993376f, within(1e-6f));
    // The mean is 51.67, between 40 and 80, at the level (3 + 0.2917) / 5.
    assertThat(encode(encoder, Double.NaN)).isCloseTo(0.4082f, within(1e-3f));
  }

  /** Bounds 0, 1, 3: the formula by hand. */
  @Test
  void binsAreThoseOfThePaper() {
    Bins bins = new Bins(List.of(0.0, 1.0, 3.0));
    double[][] cases = {{0.5, 0.5, 0}, {1, 1, 0}, {2, 1, 0.5}, {3, 1, 1}, {-1, -1, 0}, {5, 1, 2}};
    for (double[] expected : cases) {
      assertThat(bins.element(expected[0], 0)).isEqualTo(expected[1]);
      assertThat(bins.element(expected[0], 1)).isEqualTo(expected[2]);
    }
  }

  @Test
  void piecewiseLinearHasAnElementForEachBin() {
    double[] sample = new double[17];
    Arrays.setAll(sample, i -> i * i);
    RowEncoder encoder = fitted(Scaling.PIECEWISE_LINEAR, MEAN, sample);
    assertThat(encoder.width()).isEqualTo(16);
    float[] row = row(encoder, 12.5);
    assertThat(Arrays.copyOf(row, 5)).containsExactly(1f, 1f, 1f, 0.5f, 0f);
    assertThat(row(encoder, Double.NaN)).isEqualTo(row(encoder, 88));
    RowEncoder truth = fitted(Scaling.PIECEWISE_LINEAR, MEAN, 0, 1, 1, 0, 1);
    assertThat(row(truth, 1)).containsExactly(1f);
    assertThat(row(truth, 0)).containsExactly(0f);
    assertThat(row(fitted(Scaling.PIECEWISE_LINEAR, MEAN, 3, 3), 3)).containsExactly(0f);
  }

  @ParameterizedTest
  @EnumSource(Scaling.class)
  void everyScalingKeepsOrder(Scaling scaling) {
    double[] sample = new Random(5).doubles(300).map(x -> Math.exp(20 * x) - 1000).toArray();
    RowEncoder encoder = fitted(scaling, MEAN, sample);
    double[] xs = new Random(6).doubles(1000, -1e6, 1e9).sorted().toArray();
    float last = Float.NEGATIVE_INFINITY;
    for (double x : xs) {
      float encoded = encode(encoder, x);
      assertThat(encoded).isFinite().isGreaterThanOrEqualTo(last);
      last = encoded;
    }
  }

  /** Blocks of another cut and order give the same quantiles, to the bit. */
  @ParameterizedTest
  @EnumSource(
      value = Scaling.class,
      names = {"ROBUST", "QUANTILE_NORMAL", "PIECEWISE_LINEAR"})
  void quantilesDoNotDependOnTheBlocks(Scaling scaling) {
    RowLayout layout = layout(STRICT, new FeatureColumn("x", ColumnKind.NUMERIC, 1));
    List<Double> values = new ArrayList<>();
    new Random(7).doubles(5000).forEach(x -> values.add(Math.rint(1e4 * x) / 7));
    FeatureStatistics whole = new FeatureStatistics(layout, scaling, CategoryRule.defaults());
    values.forEach(x -> whole.add(number(x), true));
    Collections.shuffle(values, new Random(8));
    FeatureStatistics merged = new FeatureStatistics(layout, scaling, CategoryRule.defaults());
    for (int from = 0; from < values.size(); from += 777) {
      FeatureStatistics block = new FeatureStatistics(layout, scaling, CategoryRule.defaults());
      values
          .subList(from, Math.min(values.size(), from + 777))
          .forEach(x -> block.add(number(x), true));
      merged.merge(
          Json.read(Json.line(block.state()), FeatureStatistics.State.class, "statistics"));
    }
    assertThat(merged.columns().get(0).quantiles()).isEqualTo(whole.columns().get(0).quantiles());
    assertThat(whole.columns().get(0).quantiles().get(0))
        .hasSize(
            Map.of(Scaling.ROBUST, 5, Scaling.PIECEWISE_LINEAR, 17).getOrDefault(scaling, 1000));
  }

  @Test
  void aColumnsOwnScalingGoesBeforeTheCommonOne() {
    RowLayout layout =
        layout(
            STRICT,
            new FeatureColumn("x", ColumnKind.NUMERIC, 1),
            new FeatureColumn("y", ColumnKind.NUMERIC, 1).scaled(Scaling.NONE));
    FeatureStatistics statistics =
        new FeatureStatistics(layout, Scaling.MIN_MAX, CategoryRule.defaults());
    statistics.add(numbers(0, 0), true);
    statistics.add(numbers(4, 4), true);
    Preprocessing preprocessing = preprocessing(layout, Scaling.MIN_MAX, statistics);
    assertThat(preprocessing.formatVersion()).isEqualTo(Preprocessing.WITHOUT_JOINED_TEXTS);
    float[] row = new float[2];
    new RowEncoder(preprocessing).features(numbers(3, 3), row, 0);
    assertThat(row).containsExactly(0.75f, 3f);
  }

  /** Under any scaling days and years are scaled, and points of the circle are not. */
  @Test
  void partsOfTimesAreScaledByTheirKind() {
    for (Scaling scaling :
        Stream.of(Scaling.values()).filter(s -> s.mostElements() == 1).toList()) {
      FeatureColumn time = FeatureColumn.time("t", ColumnKind.TIMESTAMP, TimeRule.defaults());
      RowLayout layout = layout(MEAN, time);
      FeatureStatistics statistics =
          new FeatureStatistics(layout, scaling, CategoryRule.defaults());
      for (int day = 1; day < 29; day++) {
        statistics.add(time(time, LocalDateTime.of(2000 + day, 1, day, 6, 0)), true);
      }
      RowEncoder encoder = new RowEncoder(preprocessing(layout, scaling, statistics));
      float[] row = new float[10];
      encoder.features(time(time, LocalDateTime.of(2010, 1, 10, 6, 0)), row, 0);
      assertThat(row[0]).isBetween(-2f, 2f);
      assertThat(row[1]).isBetween(-2f, 2f);
      assertThat(row[3]).as("January").isEqualTo(1f);
      assertThat(row[8]).as("6 o'clock").isEqualTo(1f);
      double[] missing = new double[10];
      Arrays.fill(missing, Double.NaN);
      encoder.features(numbers(missing), row, 0);
      assertThat(row[3]).isEqualTo(1f);
      assertThat(row[1]).isBetween(-0.6f, 0.6f);
    }
  }

  @Test
  void newCategoriesHaveABucketWhereThereAreAny() {
    RowLayout layout = layout(MEAN, new FeatureColumn("c", ColumnKind.CATEGORICAL, 1));
    CategoryRule rule = new CategoryRule(1, 1, 3);
    FeatureStatistics statistics = new FeatureStatistics(layout, Scaling.NONE, rule);
    for (String text : new String[] {"a", "a", "b", "c"}) {
      statistics.add(text(text), true);
    }
    Preprocessing preprocessing = preprocessing(layout, Scaling.NONE, statistics);
    assertThat(preprocessing.inputWidth()).as("a, 3 buckets, missing").isEqualTo(5);
    RowEncoder encoder = new RowEncoder(preprocessing);
    assertThat(place(encoder, "a")).isZero();
    assertThat(place(encoder, "b")).isEqualTo(1 + CategoryHash.bucket("b", 3));
    assertThat(place(encoder, "never seen")).isEqualTo(1 + CategoryHash.bucket("never seen", 3));
    assertThat(place(encoder, null)).isEqualTo(4);
  }

  @Test
  void preprocessingSurvivesJsonAndDamageIsNamed() {
    FeatureColumn time = FeatureColumn.time("t", ColumnKind.DATE, TimeRule.defaults());
    RowLayout layout = layout(STRICT, time.scaled(Scaling.QUANTILE_NORMAL));
    FeatureStatistics statistics =
        new FeatureStatistics(layout, Scaling.ROBUST, CategoryRule.defaults());
    statistics.add(time(time, LocalDateTime.of(2024, 1, 1, 0, 0)), true);
    Preprocessing written = preprocessing(layout, Scaling.ROBUST, statistics);
    String json = Json.pretty(written);
    assertThat(Json.read(json, Preprocessing.class, "test").validated("test")).isEqualTo(written);
    for (String[] change :
        new String[][] {
          {"\"zone\" : \"UTC\"", "\"zone\" : \"Mars\"", "time/zone"},
          {"\"width\" : 8", "\"width\" : 9", "width"},
          {"\"quantiles\" : [ [ 19723.0 ]", "\"quantiles\" : [ [ \"NaN\" ]", "quantiles/0/0"},
          {"\"quantiles\" : [ [ 19723.0 ]", "\"quantiles\" : [ [ 2.0, 1.0 ]", "quantiles/0/1"},
          {"\"kind\" : \"DATE\"", "\"kind\" : \"NUMERIC\"", "time"}
        }) {
      assertThat(json).contains(change[0]);
      Preprocessing damaged =
          Json.read(json.replace(change[0], change[1]), Preprocessing.class, "test");
      assertThatThrownBy(() -> damaged.validated("p.json"))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("inconsistent")
          .hasMessageContaining(change[2]);
    }
  }

  private static final MissingPolicy STRICT = MissingPolicy.STRICT;

  private static RowEncoder fitted(Scaling scaling, MissingPolicy missing, double... sample) {
    RowLayout layout = layout(missing, new FeatureColumn("x", ColumnKind.NUMERIC, 1));
    FeatureStatistics statistics = new FeatureStatistics(layout, scaling, CategoryRule.defaults());
    for (double x : sample) {
      statistics.add(number(x), true);
    }
    return new RowEncoder(preprocessing(layout, scaling, statistics));
  }

  private static Preprocessing preprocessing(
      RowLayout layout, Scaling scaling, FeatureStatistics statistics) {
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(scaling)
        .divideBy(1e6)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(statistics.columns())
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build()
        .versioned()
        .withChosenScalings()
        .validated("test");
  }

  private static RowLayout layout(MissingPolicy missing, FeatureColumn... features) {
    return new RowLayout(
        List.of(features), null, LabelKind.CLASS, 0, Map.of(), null, List.of(), missing);
  }

  private static float encode(RowEncoder encoder, double x) {
    float sum = 0;
    for (float element : row(encoder, x)) {
      sum += element;
    }
    return sum;
  }

  private static float[] row(RowEncoder encoder, double x) {
    float[] row = new float[encoder.width()];
    encoder.features(number(x), row, 0);
    return row;
  }

  private static int place(RowEncoder encoder, String text) {
    float[] row = new float[encoder.width()];
    encoder.features(text(text), row, 0);
    int place = -1;
    for (int i = 0; i < row.length; i++) {
      place = row[i] == 1f ? i : place;
    }
    return place;
  }

  private static PlainRow number(double x) {
    return numbers(x);
  }

  private static PlainRow numbers(double... numbers) {
    return new PlainRow(null, numbers, new String[0], null, null, 1, Fate.USED);
  }

  private static PlainRow text(String text) {
    return new PlainRow(null, new double[0], new String[] {text}, null, null, 1, Fate.USED);
  }

  private static PlainRow time(FeatureColumn column, LocalDateTime time) {
    double[] numbers = new double[column.width()];
    column.time().write(time, numbers, 0);
    return numbers(numbers);
  }
}
