package dev.strata.executor.learner;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.MinibatchTargets;
import dev.strata.executor.step.StepParts;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.step.TargetSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.NoOpUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * A stock DL4J network, sequential or graph. A step is DL4J's {@code fit} of one minibatch: the
 * loss's gradient is divided by the number of rows, clipped, regularised, passed through the
 * updater and subtracted. Sequential networks that {@link DenseFastPath} knows take its shorter way
 * to the same numbers but for rounding, and some updaters are computed by ours ({@link
 * RightUpdaters}).
 *
 * <p>Label smoothing and mixup change rows and labels before ({@link MinibatchTargets}); what is
 * scored with the network has its own. Weights of rows multiply the rows' losses ({@link
 * RowWeightedLoss}); the sum is still divided by the number of rows.
 */
public final class NetworkLearner implements Learner {
  private final Network network;
  private final ParameterLayout layout;
  private final MinibatchTargets targets;
  private final StepParts parts;

  /** With steps of the stock configuration. */
  NetworkLearner(Network network) {
    this(network, TargetSettings.NONE, StepParts.NONE);
  }

  /**
   * @param parts installed in the network
   */
  NetworkLearner(Network network, TargetSettings targets, StepParts parts) {
    this.network = network;
    this.targets = new MinibatchTargets(targets);
    this.parts = parts;
    RightUpdaters.install(network.updater());
    INDArray state = network.updaterState();
    this.layout =
        new ParameterLayout(
            network.model().params().length(),
            state == null ? 0 : state.length(),
            RunningStatistics.of(network.model()));
  }

  /** The network itself, for inference and saving. */
  public Model model() {
    return network.model();
  }

  /** From now on a step subtracts the gradient itself, which {@link #gradient} then gives. */
  void keepsGradient() {
    network
        .updater()
        .getUpdaterBlocks()
        .forEach(block -> block.setGradientUpdater(new NoOpUpdater(new NoOp())));
  }

  /** What the last step subtracted, regularization included; flat, of P elements. */
  INDArray gradient() {
    return network.updater().getFlattenedGradientsView();
  }

  /** Why steps are left to DL4J's {@code fit}, which takes longer; empty where they are not. */
  public Optional<String> fitReason() {
    return network.fitReason();
  }

  @Override
  public INDArray parameters() {
    return network.model().params();
  }

  @Override
  public INDArray optimizerState() {
    network.settle();
    return network.updaterState();
  }

  @Override
  public double settle() {
    network.settle();
    return 0;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public String nameOf(long index) {
    return ParameterNames.of(network.model(), index);
  }

  @Override
  public List<String> notices() {
    List<String> notices = new ArrayList<>(RightUpdaters.notices(network.updater()));
    notices.addAll(IgnoredActivations.notices(network.model()));
    return notices;
  }

  @Override
  public LearningRates learningRates() {
    return LearningRates.of(
        network.updater().getUpdaterBlocks().stream()
            .map(block -> (IUpdater) block.getGradientUpdater().getConfig())
            .toList());
  }

  @Override
  public void counters(long iteration, int epoch) {
    network.counters(Math.toIntExact(iteration), epoch);
  }

  /**
   * Its steps on an accelerator.
   *
   * @param configuration that the network was made of
   * @param step what its step does beside the stock configuration
   */
  DeviceSteps on(
      AcceleratedLearner.Arrays arrays, MultiLayerConfiguration configuration, StepSettings step) {
    return new AcceleratedNetwork(
        arrays,
        configuration,
        network.updater().getUpdaterBlocks(),
        new MinibatchTargets(step.targets()),
        step.clipping());
  }

  @Override
  public double step(Minibatch given) {
    Minibatch minibatch = targets.of(given);
    INDArray weights = minibatch.weights().orElse(null);
    if (weights != null && network.losses().isEmpty()) {
      throw StrataException.configuration("this output layer does not support row weights")
          .key("data.weight")
          .expected("an output layer or loss layer of rank 2, or no row weights")
          .build();
    }
    network.losses().forEach(loss -> loss.weights(weights));
    try {
      parts.begin();
      network.fit(minibatch);
      parts.end();
      return network.model().score() + parts.scoreChange();
    } finally {
      // What is scored with this network next has no weights, or others.
      network.losses().forEach(loss -> loss.weights(null));
    }
  }

  @Override
  public void close() {
    // The arrays go with the garbage collector: close() of DL4J's models frees memory that
    // workspaces may still hold.
  }

  /** What DL4J's two kinds of networks have in common but not in a common interface. */
  sealed interface Network {
    Model model();

    BaseMultiLayerUpdater<?> updater();

    default INDArray updaterState() {
      return updater().getStateViewArray();
    }

    /** Where the weights of rows go. */
    List<RowWeightedLoss> losses();

    /** Why steps are left to {@code fit}. */
    Optional<String> fitReason();

    void counters(int iteration, int epoch);

    void fit(Minibatch minibatch);

    /** Brings the updater's state up to date, which the next step may move elsewhere. */
    default void settle() {}
  }

  record Layers(
      MultiLayerNetwork model, List<RowWeightedLoss> losses, Optional<DenseFastPath> stack)
      implements Network {
    Layers(MultiLayerNetwork model) {
      this(
          model,
          RowWeightedLoss.install(model.getLayers()),
          DenseFastPathSupport.supports(model)
              ? Optional.of(new DenseFastPath(model))
              : Optional.empty());
    }

    @Override
    public Optional<String> fitReason() {
      return stack.isPresent() ? Optional.empty() : DenseFastPathSupport.obstacle(model);
    }

    @Override
    public BaseMultiLayerUpdater<?> updater() {
      return (MultiLayerUpdater) model.getUpdater(true);
    }

    @Override
    public void counters(int iteration, int epoch) {
      model.setIterationCount(iteration);
      model.setEpochCount(epoch);
    }

    @Override
    public void fit(Minibatch minibatch) {
      if (stack.isPresent()
          && minibatch.labelMasks().length == 0
          && DenseFastPathSupport.accepts(model, minibatch)) {
        stack.get().fit(minibatch.inputs()[0], minibatch.labels()[0]);
        return;
      }
      settle();
      INDArray mask =
          minibatch.masks().length == 0
              ? SequenceMask.of(model, minibatch.inputs()[0])
              : minibatch.masks()[0];
      INDArray labels = minibatch.labels()[0];
      INDArray labelMask = minibatch.labelMasks().length == 0 ? null : minibatch.labelMasks()[0];
      model.fit(minibatch.inputs()[0], labels, mask, labelMask);
    }

    @Override
    public void settle() {
      stack.ifPresent(DenseFastPath::settle);
    }
  }

  record Graph(ComputationGraph model, List<RowWeightedLoss> losses) implements Network {
    Graph(ComputationGraph model) {
      this(model, RowWeightedLoss.install(model.getLayers()));
    }

    @Override
    public Optional<String> fitReason() {
      return Optional.of("the network is a graph");
    }

    @Override
    public BaseMultiLayerUpdater<?> updater() {
      return model.getUpdater(true);
    }

    @Override
    public void counters(int iteration, int epoch) {
      model.getConfiguration().setIterationCount(iteration);
      model.getConfiguration().setEpochCount(epoch);
    }

    @Override
    public void fit(Minibatch minibatch) {
      INDArray[] masks = minibatch.masks().length == 0 ? null : minibatch.masks();
      INDArray[] labelMasks = minibatch.labelMasks().length == 0 ? null : minibatch.labelMasks();
      model.fit(minibatch.inputs(), minibatch.labels(), masks, labelMasks);
    }
  }
}
