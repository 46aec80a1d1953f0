package dev.strata.bench.labels;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import java.util.List;
import java.util.Optional;

/** A method that is compared, with everything that was chosen for it beforehand. */
public interface Contender {
  /** The method that starts from fresh parameters, which all others are held against. */
  String SCRATCH = "scratch";

  /** In tables. */
  String method();

  /** In the names of trials: the method, and which pretrained model. */
  String id();

  /** The first of the network's parameters; empty: fresh ones. */
  StateVector start();

  NetworkConfiguration network(Recipe recipe, int inputs, int classes, long seed);

  /**
   * What is learned from unlabelled rows beside; empty: nothing.
   *
   * @param rows all training rows, whose labels are not read
   */
  default Optional<UnlabelledTraining> unlabelled(ShardSet rows, long seed) {
    return Optional.empty();
  }

  /** What cross-validation chooses from, as many for each method. */
  List<Recipe> recipes(LabelCount count);
}
