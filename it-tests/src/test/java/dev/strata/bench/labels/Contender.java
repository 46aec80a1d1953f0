package dev.strata.bench.labels;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.List;

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

  /** What cross-validation chooses from, as many for each method. */
  List<Recipe> recipes(LabelCount count);
}
