package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.Mirror;
import dev.strata.executor.accelerator.Rule;
import dev.strata.executor.optimizer.Momentum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * An updater on an accelerator: parameters from..to with their state, which are one vector after
 * the other as in ND4J's views. The numbers of each step are those that the updater has on the CPU,
 * a rate of 0 or beyond float32 included ({@link UnboundedRate}).
 */
final class DeviceRule {
  private final Accelerator accelerator;
  private final IUpdater updater;
  private final Rule rule;
  private final DeviceArray parameters;
  private final DeviceArray gradient;
  private final List<DeviceArray> state = new ArrayList<>();

  /**
   * @param parameters those that the updater moves
   * @param gradient as many
   * @param all the state of all updaters
   * @param from where this one's begins
   */
  DeviceRule(
      Accelerator accelerator,
      IUpdater updater,
      DeviceArray parameters,
      DeviceArray gradient,
      Mirror all,
      long from) {
    this.accelerator = accelerator;
    this.updater = updater;
    this.rule = of(updater).orElseThrow();
    this.parameters = parameters;
    this.gradient = gradient;
    long length = parameters.length();
    for (int i = 0; i < rule.state(); i++) {
      state.add(all.part(from + i * length, from + (i + 1) * length));
    }
  }

  /** Why an accelerator has not the updater's step; empty where it has. */
  static Optional<String> obstacle(IUpdater updater) {
    return of(updater).isPresent()
        ? Optional.empty()
        : Optional.of("the updater " + updater.getClass().getSimpleName());
  }

  private static Optional<Rule> of(IUpdater updater) {
    Rule rule = null;
    if (updater instanceof Sgd || updater instanceof NoOp) {
      rule = Rule.DESCENT;
    } else if (updater instanceof Momentum) {
      rule = Rule.MOMENTUM;
    } else if (updater instanceof Nesterovs) {
      rule = Rule.NESTEROV;
    } else if (updater instanceof Adam) {
      rule = Rule.ADAM;
    } else if (updater instanceof Nadam) {
      rule = Rule.NADAM;
    } else if (updater instanceof AdaMax) {
      rule = Rule.ADAMAX;
    } else if (updater instanceof AMSGrad) {
      rule = Rule.AMSGRAD;
    } else if (updater instanceof AdaGrad) {
      rule = Rule.ADAGRAD;
    } else if (updater instanceof RmsProp) {
      rule = Rule.RMSPROP;
    }
    return Optional.ofNullable(rule);
  }

  /**
   * One step; the gradient is lost.
   *
   * @param rows that the gradient is the sum of; 1 where it is a mean already
   */
  void apply(int rows, int iteration, int epoch) {
    accelerator.step(rule, parameters, gradient, state, numbers(updater, iteration, epoch), rows);
  }

  /** What the rule takes in an iteration. */
  static float[] numbers(IUpdater updater, int iteration, int epoch) {
    if (updater instanceof NoOp) {
      return floats(1);
    }
    double rate = updater.getLearningRate(iteration, epoch);
    if (updater instanceof Momentum own) {
      return floats(rate, own.momentum());
    }
    if (updater instanceof Nesterovs own) {
      return floats(rate, own.currentMomentum(iteration, epoch));
    }
    if (updater instanceof Adam own) {
      double[] betas = {own.getBeta1(), own.getBeta2()};
      return floats(corrected(rate, betas, iteration), betas[0], betas[1], own.getEpsilon());
    }
    if (updater instanceof AMSGrad own) {
      double[] betas = {own.getBeta1(), own.getBeta2()};
      return floats(corrected(rate, betas, iteration), betas[0], betas[1], own.getEpsilon());
    }
    if (updater instanceof AdaMax own) {
      double mean = rate / rest(own.getBeta1(), iteration);
      return floats(mean, own.getBeta1(), own.getBeta2());
    }
    if (updater instanceof Nadam own) {
      return NadamLoop.numbers(own, iteration, epoch);
    }
    if (updater instanceof AdaGrad own) {
      return floats(rate, own.getEpsilon());
    }
    return updater instanceof RmsProp own
        ? floats(rate, own.getRmsDecay(), own.getEpsilon())
        : floats(rate);
  }

  /** The rate with both bias corrections, from the same roundings as ND4J's. */
  private static double corrected(double rate, double[] betas, int iteration) {
    return rate * (float) Math.sqrt(rest(betas[1], iteration)) / rest(betas[0], iteration);
  }

  /** 1 - β^t, β and its power as floats. */
  private static double rest(double beta, int iteration) {
    return 1.0 - (float) Math.pow((float) beta, iteration + 1.0);
  }

  private static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
