package dev.strata.driver.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.auxiliary.ContrastiveObjective;
import dev.strata.executor.auxiliary.CopyLearnerSpec;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.ScoreObjective;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyTaskTest {
  private static final int WIDTH = 3;

  @TempDir private Path folder;
  private ShardSet rows;
  private JavaSparkContext spark;

  @BeforeEach
  void rows() {
    rows = TestShards.patterns(folder, 3, WIDTH, 21, 0, 300, 12, 7);
    spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  /** A hidden layer of one linear unit below the score: score = w · x. */
  private static CopyTask task(Objective objective, float bound) {
    NetworkConfiguration network =
        TaskHead.SCORE.on(
            NetworkSettings.of(
                List.of(LayerSettings.dense(1, "identity")),
                new UpdaterSettings("sgd", 0.1, 0, 0, 0, 1e-8, 0.95)),
            Optional.empty(),
            NetworkInput.numbers(WIDTH),
            1);
    TaskType type =
        objective instanceof ScoreObjective.MaxMargin ? TaskType.MAX_MARGIN : TaskType.GOOD_OR_BAD;
    return new CopyTask(
        type,
        new CopyLearnerSpec(network, StepSettings.STOCK, objective, Raised.plan(WIDTH, bound), 5),
        network,
        CopyTask.ROWS_AT_ONCE,
        6);
  }

  /** Parameters by which the score is factor · x₀ + bias. */
  private static StateVector scoring(float factor, float bias) {
    return StateVector.of(new float[] {factor, 0, 0, 0, 1, bias});
  }

  @Test
  void measuresAreThoseThatTheScoreMakesCertain() {
    CopyTask margin = task(new ScoreObjective.MaxMargin(2, 0.5), 9);
    // Bad copies lie at least 1 above the good row: by −x₀ ranked right, by x₀ wrong.
    assertThat(margin.measure(spark, rows, scoring(-1, 0), 2))
        .isEqualTo(Map.of("loss", 0.0, "ranking-accuracy", 1.0));
    Map<String, Double> wrong = margin.measure(spark, rows, scoring(1, 0), 2);
    assertThat(wrong.get("ranking-accuracy")).isZero();
    assertThat(wrong.get("loss")).isBetween(1.5, 2.5).isCloseTo(2, within(0.1));
    assertThat(margin.measure(spark, rows, scoring(0, 7), 2))
        .isEqualTo(Map.of("loss", 0.5, "ranking-accuracy", 0.5));
  }

  @Test
  void accuracyIsOfGoodAndBadRowsAlike() {
    CopyTask task = task(new ScoreObjective.GoodOrBad(3), 9);
    Map<String, Double> all = task.measure(spark, rows, scoring(-1, 1), 2);
    // Good rows lie in [0, 1), bad ones above 1.
    assertThat(all.get("accuracy")).isEqualTo(1);
    assertThat(all.get("ranking-accuracy")).isEqualTo(1);
    Map<String, Double> good = task.measure(spark, rows, scoring(0, 2), 2);
    assertThat(good.get("accuracy")).isEqualTo(0.5);
    double expected = (Math.log1p(Math.exp(-2)) + 3 * Math.log1p(Math.exp(2))) / 4;
    assertThat(good.get("loss")).isCloseTo(expected, within(1e-12));
  }

  /** Points of one layer of two linear units, measured with 16 rows at a time. */
  private static CopyTask contrastive() {
    TaskHead head = TaskHead.projection(1, 2);
    NetworkConfiguration network =
        head.on(
            NetworkSettings.of(
                List.of(LayerSettings.dense(2, "identity")), UpdaterSettings.of("sgd", 0.1)),
            Optional.empty(),
            NetworkInput.numbers(WIDTH),
            1);
    return new CopyTask(
        TaskType.CONTRASTIVE,
        new CopyLearnerSpec(
            network, StepSettings.STOCK, new ContrastiveObjective(0.5), Raised.plan(WIDTH, 9), 5),
        head.saved(network),
        16,
        6);
  }

  @Test
  void contrastiveComparesTheRowsOfEvenMinibatchesOfABlock() {
    // A bias alone: all points are the same.
    float[] equal = new float[14];
    equal[12] = 1;
    Map<String, Double> metrics = contrastive().measure(spark, rows, StateVector.of(equal), 2);
    // Blocks of 21, 0, 300, 12 and 7 rows: minibatches of 10 and 11, 15 or 16, 12, 7.
    double chance = 0;
    double loss = 0;
    for (int[] block : new int[][] {{21, 2}, {300, 19}, {12, 1}, {7, 1}}) {
      for (int i = 0; i < block[1]; i++) {
        int size = block[0] * (i + 1) / block[1] - block[0] * i / block[1];
        chance += 1;
        loss += size * Math.log(size);
      }
    }
    assertThat(metrics.get("loss")).isCloseTo(loss / 340, within(1e-9));
    assertThat(metrics.get("retrieval-accuracy")).isCloseTo(chance / 340, within(1e-9));
  }

  @Test
  void howManyTasksMeasureContrastiveChangesNoBit() {
    CopyTask task = contrastive();
    StateVector parameters;
    try (var learner = task.learner().create()) {
      parameters = StateVector.of(learner.parameters());
    }
    Map<String, Double> one = task.measure(spark, rows, parameters, 1);
    assertThat(one).containsOnlyKeys("loss", "retrieval-accuracy");
    assertThat(task.measure(spark, rows, parameters, 3)).isEqualTo(one);
    assertThat(task.measure(spark, rows, parameters, 9)).isEqualTo(one);
  }

  @Test
  void howManyTasksMeasureChangesNoBit() {
    CopyTask task = task(new ScoreObjective.GoodOrBad(1), 9);
    StateVector parameters = scoring(0.3f, -0.1f);
    Map<String, Double> one = task.measure(spark, rows, parameters, 1);
    assertThat(task.measure(spark, rows, parameters, 3)).isEqualTo(one);
    assertThat(task.measure(spark, rows, parameters, 9)).isEqualTo(one);
  }

  @Test
  void rowsWithNothingToChooseAreCountedAndDoNotCount() {
    CopyTask some = task(new ScoreObjective.MaxMargin(1, 0.5), 0.5f);
    long left = some.inspect(spark, rows, 2).get("nothing-to-corrupt");
    assertThat(left).isBetween(100L, 240L);
    assertThat(some.inspect(spark, rows, 5)).isEqualTo(Map.of("nothing-to-corrupt", left));
    assertThat(some.measure(spark, rows, scoring(-1, 0), 2))
        .isEqualTo(Map.of("loss", 0.0, "ranking-accuracy", 1.0));

    CopyTask none = task(new ScoreObjective.MaxMargin(1, 0.5), -9);
    assertThatThrownBy(() -> none.inspect(spark, rows, 2))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e).hasMessageContaining("no training row can be corrupted");
            });
    assertThatThrownBy(() -> none.measure(spark, rows, scoring(1, 0), 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no row can be corrupted");
  }
}
