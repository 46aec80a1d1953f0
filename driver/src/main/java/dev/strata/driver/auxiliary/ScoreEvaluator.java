package dev.strata.driver.auxiliary;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.SliceScoring;
import dev.strata.executor.auxiliary.SliceScoring.BlockSums;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.round.StateVector;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Measures how well scores tell good rows from bad copies, on all executors at once. Sums are added
 * in block order, so that the number of tasks and their order change no bit.
 *
 * <p>Metrics: {@code loss}, without regularisation; {@code ranking-accuracy}, the share of pairs
 * whose good row has the higher score, equal ones counting half; of good-or-bad {@code accuracy},
 * the mean of the shares of good rows and of bad rows that are taken for what they are.
 */
final class ScoreEvaluator {
  static final String RANKING_ACCURACY = "ranking-accuracy";
  static final String ACCURACY = "accuracy";

  private final JavaSparkContext spark;

  ScoreEvaluator(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** What came of one slice, as a task sends it. */
  record Measured(List<BlockSums> blocks) {}

  /**
   * @throws StrataException (data) where there is no row that can be corrupted
   */
  Map<String, Double> measure(SliceScoring scoring, StateVector parameters) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    Broadcast<StateVector> shared = spark.broadcast(parameters);
    try {
      List<BlockSums> blocks =
          SparkTasks.run(
                  spark,
                  scoring.slices(),
                  slice ->
                      Json.line(new Measured(scoring.run(hadoop.value(), shared.value(), slice))))
              .stream()
              .flatMap(
                  json -> Json.read(json, Measured.class, "scores of a task").blocks().stream())
              .sorted(Comparator.comparingInt(BlockSums::index))
              .toList();
      return means(scoring, blocks);
    } finally {
      shared.destroy();
    }
  }

  private static Map<String, Double> means(SliceScoring scoring, List<BlockSums> blocks) {
    long rows = 0;
    double loss = 0;
    double ranked = 0;
    double right = 0;
    int copies = scoring.objective().badPerGood();
    for (BlockSums block : blocks) {
      rows += block.rows();
      loss += block.loss();
      ranked += block.ranked();
      right += block.goodAbove() + (double) block.badBelow() / copies;
    }
    if (rows == 0) {
      throw StrataException.data("no row can be corrupted with these settings")
          .key(AuxiliaryTasks.CORRUPTION)
          .file(scoring.set().folder())
          .found("0 rows")
          .expected("at least 1")
          .build();
    }
    Map<String, Double> means = new TreeMap<>();
    means.put("loss", loss / rows);
    means.put(RANKING_ACCURACY, ranked / ((double) rows * copies));
    if (scoring.objective() instanceof Objective.GoodOrBad) {
      means.put(ACCURACY, right / (2.0 * rows));
    }
    return means;
  }
}
