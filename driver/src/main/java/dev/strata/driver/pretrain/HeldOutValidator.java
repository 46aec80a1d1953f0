package dev.strata.driver.pretrain;

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
 * Metrics of a learner on held-out rows, as means. With the metric free energy also {@code
 * free-energy-gap}: its mean over as many training rows, minus that over the held-out rows. It
 * falls below 0 when the model fits training rows better than others (Hinton 2010, section 6).
 */
final class HeldOutValidator implements Validator {
  static final String FREE_ENERGY = "free-energy";
  static final String FREE_ENERGY_GAP = "free-energy-gap";

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
    Double energy = found.get(FREE_ENERGY);
    if (energy != null) {
      Map<String, Double> sample =
          evaluator.measure(spec, parameters, trained, ROWS_AT_ONCE, tasks, rows);
      found.put(FREE_ENERGY_GAP, sample.get(FREE_ENERGY) - energy);
    }
    return found;
  }
}
