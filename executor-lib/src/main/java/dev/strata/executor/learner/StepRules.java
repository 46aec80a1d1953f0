package dev.strata.executor.learner;

import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.optimizer.Momentum;
import dev.strata.executor.optimizer.MomentumUpdater;
import java.util.Optional;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Which updaters' steps are taken in one pass over gradient, state and parameters. */
final class StepRules {
  private StepRules() {}

  /**
   * The step that an updater takes in an iteration.
   *
   * @return empty where the updater has no rule, or its arrays are not plain
   */
  static Optional<StepRule> of(GradientUpdater<?> updater, int iteration, int epoch) {
    return rule(updater, iteration, epoch).filter(StepRule::isPlain);
  }

  private static Optional<StepRule> rule(GradientUpdater<?> updater, int iteration, int epoch) {
    if (updater instanceof UnboundedRate<?> bounded) {
      return bounded.isOrdinary(iteration, epoch)
          ? rule(bounded.updater(), iteration, epoch)
          : Optional.empty();
    }
    if (updater instanceof AdamLoop adam) {
      return adam.rule(iteration, epoch);
    }
    if (updater instanceof NadamLoop nadam) {
      return Optional.of(nadam.rule(iteration, epoch));
    }
    if (updater.getConfig() instanceof Sgd sgd) {
      return Optional.of(StepRule.descent((float) sgd.getLearningRate(iteration, epoch)));
    }
    if (updater instanceof MomentumUpdater velocity) {
      Momentum momentum = velocity.getConfig();
      float rate = (float) momentum.getLearningRate(iteration, epoch);
      return Optional.of(StepRule.momentum(velocity.velocity(), rate, (float) momentum.momentum()));
    }
    return Optional.empty();
  }
}
