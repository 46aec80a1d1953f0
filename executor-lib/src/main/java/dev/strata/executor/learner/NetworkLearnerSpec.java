package dev.strata.executor.learner;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.TrainableNetwork;
import dev.strata.executor.optimizer.ScheduleOffset;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A DL4J network trained by its own loss and updater.
 *
 * @param offset what went before, for schedules
 */
public record NetworkLearnerSpec(NetworkConfiguration network, ScheduleOffset offset)
    implements LearnerSpec {
  /** Training that begins. */
  public NetworkLearnerSpec(NetworkConfiguration network) {
    this(network, ScheduleOffset.NONE);
  }

  @Override
  public boolean computesOnGpu() {
    return true;
  }

  @Override
  public NetworkLearner create() {
    return create(model -> {});
  }

  /**
   * As above.
   *
   * @param head changes the loss of the new network before it is trained
   */
  public NetworkLearner create(Consumer<Model> head) {
    TrainableNetwork.require(network, "network");
    Model model = network.newModel(offset);
    RightGradients.install(model, network);
    head.accept(model);
    if (model instanceof MultiLayerNetwork layers) {
      return new NetworkLearner(new NetworkLearner.Layers(layers));
    }
    return new NetworkLearner(new NetworkLearner.Graph((ComputationGraph) model));
  }
}
