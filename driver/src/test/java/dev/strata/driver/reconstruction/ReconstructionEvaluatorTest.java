package dev.strata.driver.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconstructionEvaluatorTest {
  private static final int WIDTH = 6;

  @TempDir Path folder;
  private final StateVector half = StateVector.of(new float[] {0.5f});
  private ShardSet rows;

  @BeforeEach
  void rows() {
    rows = TestShards.clusters(folder.resolve("rows"), 3, WIDTH, 3, false, 21, 0, 13, 17);
  }

  private static ReconstructionEvaluator evaluator() {
    return new ReconstructionEvaluator(
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()));
  }

  @Test
  void sumsBecomeMeansOverTheRows() {
    Map<String, Double> found = evaluator().measure(new ShiftLearner.Spec(), half, rows, 8, 2);
    assertThat(found).containsOnlyKeys("loss", "squared-error", "relative-error");
    assertThat(found.get("squared-error")).isCloseTo(WIDTH * 0.25, within(1e-5));
    assertThat(found.get("loss")).isCloseTo(WIDTH * 0.125, within(1e-5));
    assertThat(found.get("relative-error")).isPositive();
    Map<String, Double> none =
        evaluator().measure(new ShiftLearner.Spec(), StateVector.zeros(1), rows, 8, 2);
    assertThat(none).containsEntry("relative-error", 0.0);
  }

  @Test
  void theNumberOfTasksChangesNoBit() {
    Map<String, Double> one = evaluator().measure(new ShiftLearner.Spec(), half, rows, 8, 1);
    for (int tasks = 2; tasks <= 5; tasks++) {
      assertThat(evaluator().measure(new ShiftLearner.Spec(), half, rows, 8, tasks)).isEqualTo(one);
    }
  }

  @Test
  void aSampleIsTheFirstRows() {
    ShardSet first = TestShards.clusters(folder.resolve("first"), 3, WIDTH, 3, false, 21, 0, 4);
    Map<String, Double> expected = evaluator().measure(new ShiftLearner.Spec(), half, first, 8, 2);
    assertThat(evaluator().measure(new ShiftLearner.Spec(), half, rows, 8, 2, 25))
        .isEqualTo(expected)
        .isNotEqualTo(evaluator().measure(new ShiftLearner.Spec(), half, rows, 8, 2));
  }

  @Test
  void noRowsAreRefused() {
    ShardSet none = TestShards.clusters(folder.resolve("none"), 3, WIDTH, 3, false, 0);
    assertThatThrownBy(() -> evaluator().measure(new ShiftLearner.Spec(), half, none, 8, 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no rows");
  }
}
