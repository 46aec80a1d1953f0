package dev.strata.executor.learner;

import dev.strata.executor.network.NetworkConfiguration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A DL4J network trained by its own loss and updater. */
public record NetworkLearnerSpec(NetworkConfiguration network) implements LearnerSpec {
  @Override
  public NetworkLearner create() {
    Model model = network.newModel();
    if (model instanceof MultiLayerNetwork layers) {
      return new NetworkLearner(new NetworkLearner.Layers(layers));
    }
    return new NetworkLearner(new NetworkLearner.Graph((ComputationGraph) model));
  }
}
