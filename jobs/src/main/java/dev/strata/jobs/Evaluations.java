package dev.strata.jobs;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.EvaluationSettings;
import dev.strata.driver.evaluate.Evaluator;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import org.apache.spark.api.java.JavaSparkContext;

/** Measures one network on parts of the data, and names the Spark jobs that do it. */
final class Evaluations {
  private final OutputRun run;
  private final NetworkConfiguration network;

  Evaluations(OutputRun run, NetworkConfiguration network) {
    this.run = run;
    this.network = network;
  }

  EvaluationResult of(String part, ShardSet rows, StateVector parameters) {
    EvaluationSettings asked = run.settings().evaluation();
    EvaluationSettings settings = new EvaluationSettings(part, asked.batchSize(), asked.rocSteps());
    JavaSparkContext spark = run.context().javaSpark();
    spark.setJobDescription(run.context().command() + " · evaluate on " + part);
    try {
      return new Evaluator(spark)
          .evaluate(network, parameters, rows, settings, run.settings().training().workers());
    } finally {
      spark.setJobDescription(null);
    }
  }
}
