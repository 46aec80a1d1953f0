package dev.strata.executor.learner;

import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.optimizer.Momentum;
import dev.strata.executor.optimizer.MomentumUpdater;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.learning.AMSGradUpdater;
import org.nd4j.linalg.learning.AdaDeltaUpdater;
import org.nd4j.linalg.learning.AdaGradUpdater;
import org.nd4j.linalg.learning.AdaMaxUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NesterovsUpdater;
import org.nd4j.linalg.learning.RmsPropUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
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
    if (updater instanceof AdaDeltaUpdater own) {
      return Optional.of(adaDelta(own));
    }
    return Optional.ofNullable(withNumbers(updater, iteration, epoch));
  }

  /** Null where there is none. */
  private static StepRule withNumbers(GradientUpdater<?> updater, int iteration, int epoch) {
    float[] n = DeviceRule.numbers((IUpdater) updater.getConfig(), iteration, epoch);
    if (updater instanceof NesterovsUpdater own) {
      return StepRule.nesterov(own.getV(), n[0], n[1]);
    }
    if (updater instanceof AdaGradUpdater own) {
      return StepRule.adaGrad(own.getHistoricalGradient(), n[0], n[1]);
    }
    if (updater instanceof RmsPropUpdater own) {
      return StepRule.rmsProp(own.getLastGradient(), n[0], n[1], n[2]);
    }
    if (n.length > 2 && (n[1] == 1 || n[2] == 1)) {
      // A β that is 1 in float32 makes a bias correction 0: ND4J has a step for that.
      return null;
    }
    if (updater instanceof AdaMaxUpdater own) {
      return StepRule.adaMax(own.getM(), own.getU(), n[0], n[1], n[2]);
    }
    return updater instanceof AMSGradUpdater own
        ? StepRule.amsGrad(List.of(own.getM(), own.getV(), own.getVHat()), n)
        : null;
  }

  private static StepRule adaDelta(AdaDeltaUpdater updater) {
    float decay = (float) updater.getConfig().getRho();
    float epsilon = (float) updater.getConfig().getEpsilon();
    return StepRule.adaDelta(updater.getMsg(), updater.getMsdx(), decay, epsilon);
  }
}
