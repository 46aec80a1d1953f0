package dev.strata.api.dl4j;

import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;

/** The user's listeners, called on the driver with the averaged network. */
final class RoundListeners {
  private List<TrainingListener> listeners = List.of();

  void set(StatsStorageRouter router, Collection<TrainingListener> all) {
    listeners = all == null ? List.of() : List.copyOf(all);
    for (TrainingListener listener : listeners) {
      if (router != null && listener instanceof RoutingIterationListener routing) {
        routing.setStorageRouter(router);
      }
    }
  }

  /**
   * Runs an epoch between the calls for its start and its end.
   *
   * @param rounds trains and calls what it is given after each round
   * @return its result
   */
  double epoch(Model network, ToDoubleFunction<BooleanSupplier> rounds) {
    listeners.forEach(listener -> listener.onEpochStart(network));
    double loss =
        rounds.applyAsDouble(
            () -> {
              int iteration = iteration(network);
              int epoch = epoch(network);
              listeners.forEach(listener -> listener.iterationDone(network, iteration, epoch));
              return true;
            });
    listeners.forEach(listener -> listener.onEpochEnd(network));
    return loss;
  }

  private static int iteration(Model network) {
    return network instanceof MultiLayerNetwork layers
        ? layers.getIterationCount()
        : ((ComputationGraph) network).getIterationCount();
  }

  private static int epoch(Model network) {
    return network instanceof MultiLayerNetwork layers
        ? layers.getEpochCount()
        : ((ComputationGraph) network).getEpochCount();
  }
}
