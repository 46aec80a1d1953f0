package dev.strata.driver.models;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with what training gave it.
 *
 * @param network its configuration, counters left out
 * @param parameters P elements
 * @param optimizerState S elements; empty where it is not known or the updater keeps none
 * @param iteration minibatches trained on
 * @param epoch passes over the data finished
 */
public record TrainedModel(
    NetworkConfiguration network,
    StateVector parameters,
    StateVector optimizerState,
    long iteration,
    int epoch) {

  /** A stock DL4J network in this state, counters included. */
  public Model newModel() {
    Model model = network.newModel();
    parameters.copyTo(model.params());
    INDArray state = optimizerState(model);
    if (optimizerState.length() > 0) {
      optimizerState.copyTo(state);
    }
    int iterations = Math.toIntExact(iteration);
    if (model instanceof MultiLayerNetwork layers) {
      layers.setIterationCount(iterations);
      layers.setEpochCount(epoch);
    } else {
      ((ComputationGraph) model).getConfiguration().setIterationCount(iterations);
      ((ComputationGraph) model).getConfiguration().setEpochCount(epoch);
    }
    return model;
  }

  /** Hash of what the model computes: its network and its parameters. */
  public String sha256() {
    return ModelHash.sha256(network.json(), parameters);
  }

  /** The flat state of a model's updater; null where it keeps none. */
  static INDArray optimizerState(Model model) {
    return model instanceof MultiLayerNetwork layers
        ? layers.getUpdater(true).getStateViewArray()
        : ((ComputationGraph) model).getUpdater(true).getStateViewArray();
  }
}
