package dev.strata.driver.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextComparisonsTest {
  private static final Dataset<Row> ROWS =
      LocalSpark.session().sql("select '2.5' as x, '-0.5' as `a b`, 2.5D as number, 3 as whole");

  /** What Spark itself does is stated too: the condition loses the row, or keeps it. */
  @ParameterizedTest
  @CsvSource({
    "x > 2, false",
    "number > 0 and not (x <= 2), false",
    "whole = 3 or x > 2, true",
    "2 < x, false",
    "`a b` >= 0, true",
  })
  void textComparedWithAWholeNumberIsFound(String condition, boolean kept) {
    Dataset<Row> filtered = ROWS.where(condition);
    assertThat(TextComparisons.of(filtered))
        .isEqualTo(condition.contains("a b") ? Set.of("a b") : Set.of("x"));
    assertThat(filtered.count()).isEqualTo(kept ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "x > 2.0",
    "cast(x as double) > 2",
    "number > 2",
    "whole > 2",
    "cast(x as int) = 2",
    "x = '2.5'",
    "length(x) > 2"
  })
  void otherConditionsAreNot(String condition) {
    Dataset<Row> filtered = ROWS.where(condition);
    assertThat(TextComparisons.of(filtered)).isEmpty();
    assertThat(filtered.count()).isEqualTo(1);
  }
}
