package dev.strata.driver.training;

import dev.strata.executor.augmentation.AugmentedLearnerSpec;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.Seeds;
import java.util.List;
import java.util.Optional;

/**
 * Changes of training rows that keep their labels, for rows that are known: the key {@code
 * training.augmentation}.
 *
 * @param plan at least one step
 * @param seed of the run
 */
public record Augmentation(CorruptionPlan plan, long seed) {
  public static final String KEY = "training.augmentation";

  /**
   * Empty without steps.
   *
   * @param image how rows are images; absent: as the data says
   * @throws dev.strata.executor.failure.StrataException (configuration) where a step does not suit
   *     the rows
   */
  public static Optional<Augmentation> of(
      List<CorruptionSpec> steps, Optional<ImageShape> image, Preprocessing data, long seed) {
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    RowFacts rows = RowFacts.of(data);
    RowFacts seen = image.map(shape -> rows.seenAs(shape, "network.image")).orElse(rows);
    CorruptionPlan plan = new CorruptionPlan(KEY, steps, seen);
    plan.augmentation();
    return Optional.of(new Augmentation(plan, seed));
  }

  /**
   * A learner with augmented rows.
   *
   * @param phase whose epochs are counted from 0
   */
  public LearnerSpec on(LearnerSpec learner, String phase) {
    return new AugmentedLearnerSpec(learner, plan, Seeds.rows(seed, "augmentation " + phase));
  }
}
