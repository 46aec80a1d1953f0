package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.step.StepUpdater;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The update of a DL4J network from the sum of its rows' gradients: in one pass over the memory
 * where nothing but the updater changes the gradient and {@link StepRules} has its step, else by
 * the network's own updater (division by the rows, clipping, regularisation, schedules) and step
 * function. Both round alike.
 */
final class FlatNetworkUpdate {
  private final MultiLayerNetwork network;
  private final Gradient gradient;
  private final LayerWorkspaceMgr memory;
  private final INDArray flatGradient;
  private final boolean plain;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Parameters with one updater.
   *
   * @param parameters a view, {@code [1, n]}
   * @param gradient the same view of the gradient
   */
  private record Part(UpdaterBlock block, INDArray parameters, INDArray gradient) {
    Optional<StepRule> rule(int iteration, int epoch) {
      return FlatMemory.arePlain(parameters, gradient)
          ? StepRules.of(block.getGradientUpdater(), iteration, epoch)
          : Optional.empty();
    }
  }

  /**
   * @param gradient with views of the flat gradient under DL4J's names
   * @param memory for the network's own updater
   */
  FlatNetworkUpdate(MultiLayerNetwork network, Gradient gradient, LayerWorkspaceMgr memory) {
    this.network = network;
    this.gradient = gradient;
    this.memory = memory;
    this.flatGradient = gradient.gradient();
    List<UpdaterBlock> blocks = updater().getUpdaterBlocks();
    this.plain =
        blocks.stream()
            .flatMap(block -> block.getLayersAndVariablesInBlock().stream())
            .allMatch(FlatNetworkUpdate::isPlain);
    for (UpdaterBlock block : blocks) {
      long from = block.getParamOffsetStart();
      long to = block.getParamOffsetEnd();
      parts.add(new Part(block, view(network.params(), from, to), view(flatGradient, from, to)));
    }
  }

  private MultiLayerUpdater updater() {
    return (MultiLayerUpdater) network.getUpdater(true);
  }

  /** Whether clipping and regularisation leave a parameter alone. */
  private static boolean isPlain(ParamState parameter) {
    Trainable layer = parameter.getLayer();
    List<Regularization> regularization =
        layer.getConfig().getRegularizationByParam(parameter.getParamName());
    return (regularization == null || regularization.isEmpty())
        && !Clippings.clips(layer.getConfig().getGradientNormalization());
  }

  private static INDArray view(INDArray flat, long from, long to) {
    return flat.reshape(1, flat.length()).get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  /**
   * Takes the step of the network's iteration; the gradient is lost.
   *
   * @param rows of the minibatch
   */
  void apply(int rows) {
    int iteration = network.getIterationCount();
    int epoch = network.getEpochCount();
    List<StepRule> rules = plain ? rules(iteration, epoch) : List.of();
    if (rules.size() < parts.size()) {
      updater().update(gradient, iteration, epoch, rows, memory);
      ((StochasticGradientDescent) network.getOptimizer())
          .getStepFunction()
          .step(network.params(), flatGradient.reshape(flatGradient.length()));
      return;
    }
    if (updater() instanceof StepUpdater.OfLayers calls) {
      calls.gradient(rows);
    }
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      FlatSteps.take(part.parameters(), part.gradient(), rows, rules.get(i));
    }
  }

  /** One for each part, or fewer where one has none. */
  private List<StepRule> rules(int iteration, int epoch) {
    List<StepRule> rules = new ArrayList<>();
    for (Part part : parts) {
      part.rule(iteration, epoch).ifPresent(rules::add);
    }
    return rules;
  }
}
