package dev.strata.executor.learner;

import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.step.StepUpdater;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The update of a DL4J network from the sum of its rows' gradients: in one pass over the memory
 * where no gradient is clipped by layer, by parameter or by element and {@link StepRules} has the
 * updater's step, else by the network's own updater (division by the rows, clipping,
 * regularization, schedules) and step function. The results differ by rounding.
 */
final class FlatNetworkUpdate {
  private final MultiLayerNetwork network;
  private final Gradient gradient;
  private final LayerWorkspaceMgr memory;
  private final INDArray flatGradient;
  private final List<UpdatedBlock> blocks = new ArrayList<>();
  private final boolean plain;

  /**
   * @param gradient with views of the flat gradient under DL4J's names
   * @param memory for the network's own updater
   */
  FlatNetworkUpdate(MultiLayerNetwork network, Gradient gradient, LayerWorkspaceMgr memory) {
    this.network = network;
    this.gradient = gradient;
    this.memory = memory;
    this.flatGradient = gradient.gradient();
    for (UpdaterBlock block : updater().getUpdaterBlocks()) {
      UpdatedBlock.of(block, network.params(), flatGradient).ifPresent(blocks::add);
    }
    this.plain = blocks.size() == updater().getUpdaterBlocks().size();
  }

  private MultiLayerUpdater updater() {
    return (MultiLayerUpdater) network.getUpdater(true);
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
    if (!plain || rules.size() < blocks.size()) {
      settle();
      updater().update(gradient, iteration, epoch, rows, memory);
      ((StochasticGradientDescent) network.getOptimizer())
          .getStepFunction()
          .step(network.params(), flatGradient.reshape(flatGradient.length()));
      return;
    }
    if (updater() instanceof StepUpdater.OfLayers calls) {
      calls.gradient(rows);
    }
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).take(rows, rules.get(i), iteration, epoch);
    }
  }

  /** Brings the state of the network's updater up to date. */
  void settle() {
    blocks.forEach(UpdatedBlock::settle);
  }

  /** One for each block, or fewer where one has none. */
  private List<StepRule> rules(int iteration, int epoch) {
    List<StepRule> rules = new ArrayList<>();
    for (UpdatedBlock block : blocks) {
      block.rule(iteration, epoch).ifPresent(rules::add);
    }
    return rules;
  }
}
