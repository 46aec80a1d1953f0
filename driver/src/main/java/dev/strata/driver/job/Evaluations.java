package dev.strata.driver.job;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.EvaluationSettings;
import dev.strata.driver.evaluate.Evaluator;
import dev.strata.driver.evaluate.Importance;
import dev.strata.driver.evaluate.ImportanceSettings;
import dev.strata.driver.evaluate.PermutationImportance;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.inference.Predictor;
import dev.strata.executor.json.Json;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Measures one network, or an ensemble, on parts of the data, and names the Spark jobs that do it.
 */
final class Evaluations {
  private final ManagedRun run;
  private final Predictor predictor;
  private final RowWeights weights;

  /**
   * @param data how the rows were prepared
   */
  Evaluations(ManagedRun run, NetworkConfiguration network, Preprocessing data) {
    this(run, Predictor.of(network), data);
  }

  /** As above, of one network or several. */
  Evaluations(ManagedRun run, Predictor predictor, Preprocessing data) {
    this.run = run;
    this.predictor = predictor;
    this.weights = new RowWeights(data.layout().weight() != null, data.classWeights());
  }

  EvaluationResult of(String part, ShardSet rows, StateVector parameters) {
    return of(part, rows, List.of(parameters));
  }

  /**
   * @param parameters one for each network
   */
  EvaluationResult of(String part, ShardSet rows, List<StateVector> parameters) {
    EvaluationSettings settings = run.settings().evaluation().withPart(part);
    JavaSparkContext spark = run.context().javaSpark();
    spark.setJobDescription(run.context().command() + " · evaluate on " + part);
    try {
      return new Evaluator(spark)
          .evaluate(
              predictor, parameters, rows, settings, weights, run.settings().training().workers());
    } finally {
      spark.setJobDescription(null);
    }
  }

  /**
   * The importance of the rows' columns, if it is asked for.
   *
   * @param before the same rows, evaluated as they are
   */
  Optional<Importance> importance(
      EvaluationResult before, ShardSet rows, List<StateVector> parameters) {
    ImportanceSettings asked = run.settings().evaluation().importance();
    if (asked.repeats() == 0) {
      return Optional.empty();
    }
    String metric = asked.metric().orElse(run.settings().training().earlyStopping().metric());
    JavaSparkContext spark = run.context().javaSpark();
    spark.setJobDescription(run.context().command() + " · importance of columns");
    try {
      return Optional.of(
          new PermutationImportance(
                  spark, predictor, parameters, rows, run.settings().evaluation(), weights)
              .of(before, metric, asked.repeats(), run.settings().seed()));
    } finally {
      spark.setJobDescription(null);
    }
  }

  /** Writes every measure as a file of the run's folder. */
  static void write(ManagedRun run, String fileName, Object result) {
    OutputFiles.write(
        run.context().hadoop(),
        new Path(run.folder().folder(), fileName),
        Json.pretty(result) + "\n");
  }

  /** The result with the positive class and the warnings of what was evaluated. */
  static RunResult found(RunResult result, List<EvaluationResult> evaluations) {
    return result.with(
        evaluations.stream()
            .map(EvaluationResult::positiveClass)
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(null),
        evaluations.stream()
            .flatMap(one -> one.warnings().stream().map(text -> one.part() + ": " + text))
            .toList());
  }
}
