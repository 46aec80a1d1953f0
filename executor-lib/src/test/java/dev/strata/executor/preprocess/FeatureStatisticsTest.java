package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.PlainRow.Fate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureStatisticsTest {
  private static final RowLayout LAYOUT =
      new RowLayout(
          List.of(
              new FeatureColumn("x", ColumnKind.NUMERIC, 1),
              new FeatureColumn("c", ColumnKind.CATEGORICAL, 1),
              new FeatureColumn("v", ColumnKind.VECTOR, 2)),
          null,
          LabelKind.CLASS,
          0,
          Map.of(),
          null,
          List.of(),
          MissingPolicy.STRICT);

  /** x: 1, NaN, 3, 8; c: b, a, null, b; v: (1e9 + i, constant). */
  private static final PlainRow[] ROWS = {
    row(1, "b", 1e9), row(Double.NaN, "a", 1e9 + 1), row(3, null, 1e9 + 2), row(8, "b", 1e9 + 3)
  };

  @Test
  void meanDeviationExtremesMissingAndCategories() {
    check(gather(0, 4).columns());
  }

  @Test
  void mergedBlocksGiveTheSameIncludingEmptyOnes() {
    for (int cut = 0; cut <= 4; cut++) {
      FeatureStatistics merged = gather(0, cut);
      merged.merge(gather(cut, 4).state());
      check(merged.columns());
    }
  }

  @Test
  void stateSurvivesTheJourneyToTheDriver() {
    String json = Json.line(gather(0, 4).state());
    FeatureStatistics driver = gather(0, 0);
    driver.merge(Json.read(json, FeatureStatistics.State.class, "test"));
    check(driver.columns());
  }

  @Test
  void aNumberThatNoRowHasHasNoMean() {
    FeatureStatistics statistics =
        new FeatureStatistics(LAYOUT, Scaling.NONE, CategoryRule.defaults());
    statistics.add(row(Double.NaN, "a", 0), true);
    assertThat(statistics.columns().get(0).mean()).containsExactly(Double.NaN);
  }

  private static void check(List<ColumnStatistics> columns) {
    ColumnStatistics x = columns.get(0);
    assertThat(x.missing()).isEqualTo(1);
    assertThat(x.mean().get(0)).isCloseTo(4.0, within(1e-12));
    assertThat(x.deviation().get(0)).isCloseTo(Math.sqrt(26.0 / 3), within(1e-12));
    assertThat(x.minimum()).containsExactly(1.0);
    assertThat(x.maximum()).containsExactly(8.0);
    ColumnStatistics c = columns.get(1);
    assertThat(c.categories()).containsExactly("a", "b");
    assertThat(c.frequencies()).containsExactly(1L, 2L);
    assertThat(c.missing()).isEqualTo(1);
    assertThat(c.mostFrequent()).isEqualTo(1);
    ColumnStatistics v = columns.get(2);
    assertThat(v.mean().get(0)).isCloseTo(1e9 + 1.5, within(1e-6));
    assertThat(v.deviation().get(0)).isCloseTo(Math.sqrt(1.25), within(1e-6));
    assertThat(v.deviation().get(1)).isZero();
  }

  private static FeatureStatistics gather(int from, int to) {
    FeatureStatistics statistics =
        new FeatureStatistics(LAYOUT, Scaling.NONE, CategoryRule.defaults());
    for (int i = from; i < to; i++) {
      statistics.add(ROWS[i], true);
    }
    return statistics;
  }

  private static PlainRow row(double x, String category, double large) {
    return new PlainRow(
        null, new double[] {x, large, 5}, new String[] {category}, null, null, 1.0, Fate.USED);
  }
}
