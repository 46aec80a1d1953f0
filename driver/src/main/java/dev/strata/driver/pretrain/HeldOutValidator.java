package dev.strata.driver.pretrain;

import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.reconstruction.ReconstructionEvaluator;
import dev.strata.driver.training.Validator;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Metrics of a learner on held-out rows, as means. With the metric {@code free-energy} also {@code
 * training-free-energy}, its mean over as many training rows (all where there are fewer), and
 * {@code free-energy-gap}, held-out minus training rows. The gap rises above 0 as the model fits
 * training rows better than others (Hinton 2010, section 6). The training rows are the first ones
 * in the order of the seeded hash, so a sample, the same for any number of workers and in every
 * validation.
 */
final class HeldOutValidator implements Validator {
  /** Part of the sums' bits, so not configurable. */
  private static final int ROWS_AT_ONCE = 1024;

  private final ReconstructionEvaluator evaluator;
  private final UnsupervisedSpec spec;
  private final ShardSet trained;
  private final ShardSet heldBack;
  private final int tasks;
  private final long rows;

  HeldOutValidator(
      JavaSparkContext spark,
      UnsupervisedSpec spec,
      ShardSet trained,
      ShardSet heldBack,
      int tasks) {
    this.evaluator = new ReconstructionEvaluator(spark);
    this.spec = spec;
    this.trained = trained;
    this.heldBack = heldBack;
    this.tasks = tasks;
    this.rows = ManifestFile.read(spark.hadoopConfiguration(), heldBack).rows();
  }

  @Override
  public Map<String, Double> validate(StateVector parameters) {
    Map<String, Double> found =
        new TreeMap<>(evaluator.measure(spec, parameters, heldBack, ROWS_AT_ONCE, tasks));
    Double energy = found.get(EvaluationMetrics.FREE_ENERGY);
    if (energy != null) {
      double training =
          evaluator
              .measure(spec, parameters, trained, ROWS_AT_ONCE, tasks, rows)
              .get(EvaluationMetrics.FREE_ENERGY);
      found.put(EvaluationMetrics.TRAINING_FREE_ENERGY, training);
      found.put(EvaluationMetrics.FREE_ENERGY_GAP, energy - training);
    }
    return found;
  }
}
