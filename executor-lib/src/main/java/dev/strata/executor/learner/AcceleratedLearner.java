package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.Mirror;
import dev.strata.executor.shard.Minibatch;
import java.util.function.Function;

/**
 * A learner whose steps an accelerator takes. It stands around a learner of the CPU, which holds
 * the parameters and the state between rounds and does everything but steps.
 *
 * <p>Both are copied to the accelerator at the first step after {@link #settle}, and brought back
 * by that. Steps do not wait for the accelerator; they return the loss 0, {@link #settle} all of
 * it.
 *
 * @param <L> the learner of the CPU
 */
public class AcceleratedLearner<L extends Learner> extends ForwardingLearner<L> {
  private final Accelerator accelerator;
  private final Mirror parameters;
  private final Mirror state;
  private final DeviceSteps steps;
  private boolean stepped;

  /** What steps work on. */
  public record Arrays(Accelerator accelerator, Mirror parameters, Mirror state) {}

  /**
   * @param accelerator closed with the learner
   * @param steps made on the arrays
   */
  public AcceleratedLearner(
      L network, Accelerator accelerator, Function<Arrays, DeviceSteps> steps) {
    super(network);
    this.accelerator = accelerator;
    this.parameters = new Mirror(accelerator, network.parameters());
    this.state = new Mirror(accelerator, network.optimizerState());
    this.steps = steps.apply(new Arrays(accelerator, parameters, state));
  }

  @Override
  public final void counters(long iteration, int epoch) {
    requireSettled();
    super.counters(iteration, epoch);
    steps.counters(iteration, epoch);
  }

  @Override
  public final void localState(byte[] bytes) {
    requireSettled();
    super.localState(bytes);
  }

  private void requireSettled() {
    if (stepped) {
      throw new IllegalStateException("steps have not been settled");
    }
  }

  @Override
  public final double step(Minibatch minibatch) {
    if (!stepped) {
      parameters.upload();
      state.upload();
      steps.load();
      stepped = true;
    }
    steps.step(minibatch);
    return 0;
  }

  @Override
  public final double settle() {
    if (!stepped) {
      return 0;
    }
    parameters.download();
    state.download();
    steps.save();
    stepped = false;
    return accelerator.takeLoss();
  }

  @Override
  public final void close() {
    accelerator.close();
    super.close();
  }
}
