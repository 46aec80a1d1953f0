package dev.strata.executor.pair;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.learner.ExampleType;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.step.StepSettings;

/**
 * A network that learns whether two rows are of one group.
 *
 * @param network of pairs, as {@link PairNetwork} makes it
 * @param step what its step does beside the stock configuration
 * @param augmentation what is done to each row before it is seen, afresh in each epoch
 * @param seed of the augmentation
 */
public record PairLearnerSpec(
    NetworkConfiguration network, StepSettings step, CorruptionPlan augmentation, long seed)
    implements LearnerSpec {
  @Override
  public PairLearner create() {
    return new PairLearner(
        new NetworkLearnerSpec(network, step).create(), augmentation.augmentation(), seed);
  }

  @Override
  public ExampleType exampleType() {
    return ExampleType.PAIR;
  }
}
