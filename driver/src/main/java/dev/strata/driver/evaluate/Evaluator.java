package dev.strata.driver.evaluate;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.Predictor;
import dev.strata.executor.inference.SliceEvaluation;
import dev.strata.executor.inference.SliceScores;
import dev.strata.executor.metric.ClassMeasuring;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Measures a network, or an ensemble, on a part of the data, on all executors at once. The result
 * is a function of parameters, data and settings: the number of tasks and their order change no bit
 * of it.
 */
public final class Evaluator {
  private final JavaSparkContext spark;

  public Evaluator(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** As below, where the stored weights are those of the rows. */
  public EvaluationResult evaluate(
      NetworkConfiguration network,
      StateVector parameters,
      ShardSet set,
      EvaluationSettings settings,
      int tasks) {
    return evaluate(network, parameters, set, settings, RowWeights.STORED, tasks);
  }

  /** As below, of one network. */
  public EvaluationResult evaluate(
      NetworkConfiguration network,
      StateVector parameters,
      ShardSet set,
      EvaluationSettings settings,
      RowWeights weights,
      int tasks) {
    return evaluate(Predictor.of(network), List.of(parameters), set, settings, weights, tasks);
  }

  /**
   * @param parameters one for each network
   * @param weights what rows count in the metrics; the loss takes the stored weights
   * @param tasks how many at once, at least 1: the number of workers
   * @throws StrataException (data) where the part has no rows, no labels, or a block is damaged;
   *     (configuration) where the positive class is none of the classes; (diverged) where the
   *     network gives a number that is not finite
   */
  public EvaluationResult evaluate(
      Predictor predictor,
      List<StateVector> parameters,
      ShardSet set,
      EvaluationSettings settings,
      RowWeights weights,
      int tasks) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), set);
    requireLabelledRows(set, manifest);
    int slices = manifest.slices(tasks);
    OptionalInt positive = settings.positiveIndex(manifest.classes());
    SliceEvaluation evaluation =
        new SliceEvaluation(
            predictor,
            set,
            settings.batchSize(),
            measuring(manifest, settings, positive),
            weights,
            slices);
    return new ScoreSummary(manifest, positive).of(run(evaluation, parameters, slices));
  }

  /** What is counted; null for values. */
  static ClassMeasuring measuring(
      ShardManifest manifest, EvaluationSettings settings, OptionalInt positive) {
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    return label.holdsClasses()
        ? new ClassMeasuring(
            label.classes(),
            positive.orElse(-1),
            settings.topK(),
            settings.calibrationBins(),
            settings.rocSteps())
        : null;
  }

  private List<SliceScores> run(
      SliceEvaluation evaluation, List<StateVector> parameters, int slices) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    Broadcast<StateVector[]> shared = spark.broadcast(parameters.toArray(StateVector[]::new));
    try {
      return SparkTasks.run(
              spark,
              slices,
              slice -> evaluation.run(hadoop.value(), List.of(shared.value()), slice).toBytes())
          .stream()
          .map(SliceScores::fromBytes)
          .toList();
    } finally {
      shared.destroy();
    }
  }

  private static void requireLabelledRows(ShardSet set, ShardManifest manifest) {
    if (manifest.array(ArrayRole.LABEL, 0).isEmpty()) {
      throw StrataException.data("evaluation needs labelled data")
          .key("data.label")
          .file(set.folder())
          .found("no label")
          .expected("the label column")
          .build();
    }
    if (manifest.rows() == 0) {
      throw StrataException.data("the split to evaluate has no rows")
          .key("evaluation.part")
          .file(set.folder())
          .found("0 rows of " + manifest.split())
          .expected("at least 1")
          .build();
    }
  }
}
