package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.network.TrainableNetwork;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.step.MinibatchTargets;
import dev.strata.executor.step.StepParts;
import dev.strata.executor.step.StepSettings;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A DL4J network trained by its own loss and updater.
 *
 * @param offset what went before, for schedules
 * @param step what its step does beside the stock configuration
 */
public record NetworkLearnerSpec(
    NetworkConfiguration network, ScheduleOffset offset, StepSettings step) implements LearnerSpec {
  /** Training that begins, in steps of the stock configuration. */
  public NetworkLearnerSpec(NetworkConfiguration network) {
    this(network, StepSettings.STOCK);
  }

  /** Training that begins. */
  public NetworkLearnerSpec(NetworkConfiguration network, StepSettings step) {
    this(network, ScheduleOffset.NONE, step);
  }

  /** The same with other settings of the step. */
  public NetworkLearnerSpec withStep(StepSettings other) {
    return new NetworkLearnerSpec(network, offset, other);
  }

  @Override
  public boolean computesOnGpu() {
    return true;
  }

  @Override
  public Optional<String> acceleratorObstacle() {
    return DeviceNetworkSupport.obstacle(network);
  }

  @Override
  public AcceleratedLearner<NetworkLearner> create(Accelerator accelerator) {
    NetworkLearner learner = create();
    return new AcceleratedLearner<>(
        learner, accelerator, arrays -> learner.on(arrays, network.multiLayer(), step));
  }

  @Override
  public Optional<NetworkConfiguration> networkOfRows() {
    return Optional.of(network);
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
    return create(network.newModel(offset), head);
  }

  /**
   * As above.
   *
   * @param type of all numbers; float64 is for checks of gradients, and has no offset
   */
  public NetworkLearner create(DataType type, Consumer<Model> head) {
    return type == DataType.FLOAT ? create(head) : create(network.newModel(type), head);
  }

  private NetworkLearner create(Model model, Consumer<Model> head) {
    TrainableNetwork.require(network, "network");
    if (step.targets().mixup() > 0 && NetworkShapes.takesSequences(network)) {
      throw MinibatchTargets.refusal("a network of sequences");
    }
    RightGradients.install(model, network);
    head.accept(model);
    StepParts parts = StepParts.install(model, step);
    if (model instanceof MultiLayerNetwork layers) {
      return new NetworkLearner(new NetworkLearner.Layers(layers), step.targets(), parts);
    }
    return new NetworkLearner(
        new NetworkLearner.Graph((ComputationGraph) model), step.targets(), parts);
  }

  /**
   * A sequential network of its own that draws no random numbers, for outputs and gradients beside
   * training.
   *
   * @param parameters {@code [1, P]}, which it shares: it changes with them
   */
  public MultiLayerNetwork withoutDropout(INDArray parameters) {
    MultiLayerNetwork model = network.withoutDropout(parameters);
    RightGradients.install(model, network, false);
    return model;
  }
}
