package dev.strata.executor.augmentation;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.learner.ExampleType;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.UnlabelledRows;
import java.util.Optional;

/**
 * Any learner, its rows augmented in training.
 *
 * @param learner that is trained
 * @param plan steps that keep a row's label, applied in order
 * @param seed of the augmentation
 */
public record AugmentedLearnerSpec(LearnerSpec learner, CorruptionPlan plan, long seed)
    implements LearnerSpec {
  @Override
  public boolean computesOnGpu() {
    return learner.computesOnGpu();
  }

  @Override
  public Optional<String> acceleratorObstacle() {
    return learner.acceleratorObstacle();
  }

  @Override
  public ExampleType exampleType() {
    return learner.exampleType();
  }

  @Override
  public Optional<UnlabelledRows> unlabelled() {
    return learner.unlabelled();
  }

  @Override
  public Optional<NetworkConfiguration> networkOfRows() {
    return learner.networkOfRows();
  }

  @Override
  public Learner create() {
    return augmented(learner.create());
  }

  @Override
  public Learner create(Accelerator accelerator) {
    return augmented(learner.create(accelerator));
  }

  private Learner augmented(Learner plain) {
    return new AugmentedLearner(plain, new AugmentedRows(plan.augmentation(), seed));
  }
}
