package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.Mirror;
import dev.strata.executor.optimizer.UpdateRules;
import java.util.Optional;

/** What {@link FlatUpdate} does, on an accelerator. */
public final class DeviceUpdate {
  private final Accelerator accelerator;
  private final Mirror parameters;
  private final DeviceArray gradient;
  private final DeviceClipping clipping;
  private final DeviceRule rule;
  private int iteration;
  private int epoch;

  DeviceUpdate(
      AcceleratedLearner.Arrays arrays,
      DeviceArray gradient,
      DeviceClipping clipping,
      DeviceRule rule) {
    this.accelerator = arrays.accelerator();
    this.parameters = arrays.parameters();
    this.gradient = gradient;
    this.clipping = clipping;
    this.rule = rule;
  }

  /** Why an accelerator cannot make these updates; empty where it can. */
  public static Optional<String> obstacle(UpdateSettings settings) {
    return DeviceRule.obstacle(UpdateRules.updater(settings.updater(), settings.schedule()));
  }

  public Accelerator accelerator() {
    return accelerator;
  }

  /** Parameters [from, to) of the flat vector. */
  public DeviceArray parameters(long from, long to) {
    return parameters.part(from, to);
  }

  /** Their gradient, of the mean loss, which {@link #apply} reads. */
  public DeviceArray gradient(long from, long to) {
    return gradient.part(from, to);
  }

  /** Sets what schedules and bias correction read; {@link #apply} counts iterations itself. */
  public void counters(long iterationsDone, int epochsDone) {
    this.iteration = Math.toIntExact(iterationsDone);
    this.epoch = epochsDone;
  }

  /** One step by the gradient, which is lost. */
  public void apply() {
    clipping.apply(1);
    rule.apply(1, iteration, epoch);
    iteration++;
  }
}
