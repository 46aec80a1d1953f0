package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.corruption.Amount;
import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.ReplaceColumn;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.corruption.TableColumn;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Bad copies of prepared rows are made of what the preparation has counted. */
class CorruptedTableTest extends CsvFixture {
  @Test
  void replacedColumnsHaveValuesThatTrainingRowsHave() {
    PreparedData data =
        new DataPreparer(LocalSpark.session())
            .prepare(
                data()
                    .from(
                        csv(
                            "people",
                            "age,job,same,hours",
                            400,
                            i -> 17 + i % 60 + "," + job(i) + ",1," + (i % 7 == 0 ? 40 : i % 50)))
                    .categorical("job")
                    .missingValues("?")
                    .missing(
                        new MissingPolicy(
                            MissingPolicy.Numeric.MEAN,
                            0,
                            MissingPolicy.Categorical.CATEGORY,
                            MissingPolicy.Label.ERROR))
                    .scaling(Scaling.STANDARD)
                    .splitRandomly(0.1, 0.1)
                    .build()
                    .withMarginals(),
                shards(),
                2,
                42,
                Optional.empty());
    RowFacts facts = RowFacts.of(data.preprocessing());
    assertThat(facts.columns())
        .extracting(TableColumn::name)
        .containsExactly("age", "job", "same", "hours");
    List<PreparedRows.Stored> training = rows(data, "train");
    countsAreThoseOfTheRows(facts, training);

    Corruption corruption =
        new CorruptionPlan("task.corruption", List.of(new ReplaceColumn(Amount.count(2))), facts)
            .corruption();
    Set<Integer> chosen = new HashSet<>();
    for (int i = 0; i < training.size(); i++) {
      float[] good = array(training.get(i));
      float[] bad = good.clone();
      assertThat(corruption.corrupt(bad, CorruptionPlan.random(1, i, 0, 0))).isTrue();
      int changed = 0;
      for (TableColumn column : facts.columns()) {
        List<Float> before = part(good, column);
        List<Float> after = part(bad, column);
        if (!before.equals(after)) {
          changed++;
          chosen.add(column.offset());
          assertThat(training).extracting(r -> part(array(r), column)).contains(after);
        }
      }
      assertThat(changed).isEqualTo(2);
    }
    assertThat(chosen).containsExactlyInAnyOrder(0, 1, 6);
  }

  private static void countsAreThoseOfTheRows(RowFacts facts, List<PreparedRows.Stored> training) {
    for (TableColumn column : facts.columns()) {
      TreeMap<Float, Long> expected = new TreeMap<>();
      for (PreparedRows.Stored row : training) {
        List<Float> part = part(array(row), column);
        expected.merge(column.oneHot() ? part.indexOf(1f) : part.get(0), 1L, Long::sum);
      }
      assertThat(column.counts())
          .as(column.name())
          .containsExactly(expected.values().stream().mapToLong(n -> n).toArray());
    }
  }

  private static List<Float> part(float[] row, TableColumn column) {
    List<Float> part = new ArrayList<>();
    for (int i = 0; i < column.width(); i++) {
      part.add(row[column.offset() + i]);
    }
    return part;
  }

  private static float[] array(PreparedRows.Stored row) {
    float[] values = new float[row.features().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.features().get(i);
    }
    return values;
  }

  private static String job(int row) {
    return row % 11 == 0 ? "?" : row % 3 == 0 ? "clerk" : row % 5 == 0 ? "cook" : "driver";
  }
}
