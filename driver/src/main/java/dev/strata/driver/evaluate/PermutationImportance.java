package dev.strata.driver.evaluate;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.PermutedColumn;
import dev.strata.executor.inference.Predictor;
import dev.strata.executor.inference.SliceEvaluation;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ColumnSpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Permutation importance of source columns (Breiman 2001, "Random forests", section 10; Fisher,
 * Rudin, Dominici 2019): by how much a metric gets worse where the values of a column are permuted
 * among the rows. All numbers that a column was encoded to move together. One Spark job, with a
 * task for each column and repeat; the result is a function of model, rows, settings and seed.
 */
public final class PermutationImportance {
  private final JavaSparkContext spark;
  private final Predictor predictor;
  private final List<StateVector> parameters;
  private final ShardSet set;
  private final EvaluationSettings settings;
  private final RowWeights weights;

  /**
   * @param parameters one for each network
   * @param set labelled
   * @param weights what rows count in the metric
   */
  public PermutationImportance(
      JavaSparkContext spark,
      Predictor predictor,
      List<StateVector> parameters,
      ShardSet set,
      EvaluationSettings settings,
      RowWeights weights) {
    this.spark = spark;
    this.predictor = predictor;
    this.parameters = List.copyOf(parameters);
    this.set = set;
    this.settings = settings;
    this.weights = weights;
  }

  /**
   * @param before the same rows, evaluated as they are
   * @param metric one of those
   * @param seed of the permutations
   * @throws StrataException (configuration) where the rows do not have the metric
   */
  public Importance of(EvaluationResult before, String metric, int repeats, long seed) {
    double value =
        before
            .metric(metric)
            .orElseThrow(
                () ->
                    StrataException.configuration("the metric of importance is not defined")
                        .key("evaluation.importance.metric")
                        .found(metric)
                        .expected(
                            "one of " + String.join(", ", new TreeSet<>(before.metrics().keySet())))
                        .build());
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), set);
    String input = manifest.array(ArrayRole.INPUT, 0).orElseThrow().name();
    List<ColumnSpec> columns =
        manifest.columns().stream().filter(column -> column.array().equals(input)).toList();
    List<PermutedColumn> permuted = new ArrayList<>();
    for (ColumnSpec column : columns) {
      for (int repeat = 0; repeat < repeats; repeat++) {
        long own = Seeds.rows(seed, "importance " + repeat + " " + column.name());
        permuted.add(new PermutedColumn(column.offset(), column.width(), own));
      }
    }
    List<Double> values = measured(manifest, permuted, metric);
    int sign = EvaluationMetrics.lowerIsBetter(metric) ? -1 : 1;
    List<Importance.Column> found = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      double[] drops =
          values.subList(i * repeats, (i + 1) * repeats).stream()
              .mapToDouble(after -> sign * (value - after))
              .toArray();
      found.add(column(columns.get(i).name(), drops));
    }
    found.sort(Comparator.comparingDouble(Importance.Column::mean).reversed());
    return new Importance(metric, value, repeats, found);
  }

  /**
   * The metric with each column permuted; a task measures all rows, so that it sends one number.
   */
  private List<Double> measured(
      ShardManifest manifest, List<PermutedColumn> permuted, String metric) {
    OptionalInt positive = settings.positiveIndex(manifest.classes());
    int index = positive.orElse(-1);
    SliceEvaluation evaluation =
        new SliceEvaluation(
            predictor,
            set,
            settings.batchSize(),
            Evaluator.measuring(manifest, settings, positive),
            weights,
            1);
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    Broadcast<StateVector[]> shared = spark.broadcast(parameters.toArray(StateVector[]::new));
    ShardSet rows = set;
    try {
      return SparkTasks.run(
          spark,
          permuted.size(),
          task ->
              new ScoreSummary(
                      ManifestFile.read(hadoop.value(), rows),
                      index < 0 ? OptionalInt.empty() : OptionalInt.of(index))
                  .of(
                      List.of(
                          evaluation.run(
                              hadoop.value(), List.of(shared.value()), 0, permuted.get(task))))
                  .metrics()
                  .getOrDefault(metric, Double.NaN));
    } finally {
      shared.destroy();
    }
  }

  private static Importance.Column column(String name, double[] drops) {
    double mean = 0;
    for (double drop : drops) {
      mean += drop / drops.length;
    }
    double squares = 0;
    for (double drop : drops) {
      squares += (drop - mean) * (drop - mean);
    }
    double deviation = drops.length < 2 ? 0 : Math.sqrt(squares / (drops.length - 1));
    return new Importance.Column(name, mean, deviation);
  }
}
