package dev.strata.bench.labels;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.UnlabelledRows;
import dev.strata.executor.unlabelled.UnlabelledLoss;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import java.util.List;
import java.util.Optional;

/**
 * Another method whose networks also learn from all training rows without their labels. It chooses
 * from the same recipes, and has the same number of epochs, each of more passes through the
 * labelled rows.
 *
 * @param corruption of the copies that the loss is of; null: none
 * @param passes through the labelled rows in an epoch
 */
record UnlabelledContender(
    Contender base, UnlabelledLoss loss, CorruptionPlan corruption, int ratio, int passes)
    implements Contender {
  /** Separates the method from what it learns from unlabelled rows. */
  static final String AND = "+";

  @Override
  public String method() {
    return base.method() + AND + loss.method().text();
  }

  @Override
  public String id() {
    String copies = corruption == null ? "" : " of " + corruption.steps();
    return base.id() + AND + loss + copies + " ratio=" + ratio + " passes=" + passes;
  }

  @Override
  public StateVector start() {
    return base.start();
  }

  @Override
  public NetworkConfiguration network(Recipe recipe, int inputs, int classes, long seed) {
    return base.network(recipe, inputs, classes, seed);
  }

  @Override
  public List<Recipe> recipes(LabelCount count) {
    return base.recipes(count);
  }

  @Override
  public Optional<UnlabelledTraining> unlabelled(ShardSet rows, long seed) {
    return Optional.of(
        new UnlabelledTraining(loss, corruption, new UnlabelledRows(rows, ratio, passes), seed));
  }
}
