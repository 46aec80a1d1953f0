package dev.strata.executor.learner;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stock DL4J network, sequential or graph. A step is exactly DL4J's {@code fit} of one minibatch: the loss's gradient
 * is divided by the number of rows, clipped, regularised, passed through the updater and subtracted. Sequential networks
 * of plain dense layers take {@link DenseStack}'s shorter way to the same bits, and Adam is computed by {@link AdamLoop}.
 *
 * <p>Weights of rows multiply the rows' losses (DL4J takes them as a mask of the labels, {@code [b, 1]}); the sum is
 * still divided by the number of rows.
 */
public final class NetworkLearner implements Learner {
  private final Network network;
  private final ParameterLayout layout;

  NetworkLearner(Network network) {
    this.network = network;
    AdamLoop.install(network.updater());
    INDArray state = network.updaterState();
    this.layout =
        new ParameterLayout(
            network.model().params().length(),
            state == null ? 0 : state.length(),
            statistics(network.model()));
  }

  /** The network itself, for inference and saving. */
  public Model model() {
    return network.model();
  }

  @Override
  public INDArray parameters() {
    return network.model().params();
  }

  @Override
  public INDArray optimizerState() {
    return network.updaterState();
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public void counters(long iteration, int epoch) {
    network.counters(Math.toIntExact(iteration), epoch);
  }

  @Override
  public double step(Minibatch minibatch) {
    boolean lonely = minibatch.rows() == 1 && minibatch.weights().isPresent();
    network.fit(lonely ? twice(minibatch) : minibatch);
    return network.model().score();
  }

  /**
   * The same row two times, which has the same mean loss and gradient: DL4J takes the {@code [1, 1]} weight of a single
   * row for a mask of single outputs, which some losses refuse.
   */
  private static Minibatch twice(Minibatch one) {
    return new Minibatch(
        2,
        twice(one.inputs()),
        twice(one.labels()),
        twice(one.masks()),
        one.weights().map(w -> Nd4j.concat(0, w, w)));
  }

  private static INDArray[] twice(INDArray[] arrays) {
    return Arrays.stream(arrays).map(a -> Nd4j.concat(0, a, a)).toArray(INDArray[]::new);
  }

  @Override
  public void close() {
    // The arrays go with the garbage collector: close() of DL4J's models frees memory that workspaces may still hold.
  }

  /**
   * The segments that batch normalisations keep their running statistics in, found by the names of DL4J's parameters
   * ({@code 1_mean}, {@code 1_var} or {@code 1_log10stdev}).
   */
  private static List<PooledStatistics> statistics(Model model) {
    long start = model.params().offset();
    Map<String, INDArray> table = model.paramTable();
    List<PooledStatistics> found = new ArrayList<>();
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      String suffix = "_" + BatchNormalizationParamInitializer.GLOBAL_MEAN;
      if (!entry.getKey().endsWith(suffix)) {
        continue;
      }
      String layer = entry.getKey().substring(0, entry.getKey().length() - suffix.length());
      INDArray logDeviation =
          table.get(layer + "_" + BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
      INDArray variance = table.get(layer + "_" + BatchNormalizationParamInitializer.GLOBAL_VAR);
      INDArray spread = logDeviation != null ? logDeviation : variance;
      if (spread != null) {
        found.add(
            new PooledStatistics(
                entry.getValue().offset() - start,
                spread.offset() - start,
                (int) spread.length(),
                logDeviation != null));
      }
    }
    return Collections.unmodifiableList(found);
  }

  /** What DL4J's two kinds of networks have in common but not in a common interface. */
  sealed interface Network {
    Model model();

    BaseMultiLayerUpdater<?> updater();

    default INDArray updaterState() {
      return updater().getStateViewArray();
    }

    void counters(int iteration, int epoch);

    void fit(Minibatch minibatch);
  }

  record Layers(MultiLayerNetwork model, Optional<DenseStack> stack) implements Network {
    Layers(MultiLayerNetwork model) {
      this(
          model,
          DenseStackRule.supports(model) ? Optional.of(new DenseStack(model)) : Optional.empty());
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
      if (stack.isPresent() && DenseStackRule.accepts(model, minibatch)) {
        INDArray weights = minibatch.weights().orElse(null);
        stack.get().fit(minibatch.inputs()[0], minibatch.labels()[0], weights);
        return;
      }
      INDArray mask = minibatch.masks().length == 0 ? null : minibatch.masks()[0];
      INDArray labels = minibatch.labels()[0];
      model.fit(minibatch.inputs()[0], labels, mask, minibatch.weights().orElse(null));
    }
  }

  record Graph(ComputationGraph model) implements Network {
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
      INDArray[] weights = null;
      if (minibatch.weights().isPresent()) {
        weights = new INDArray[minibatch.labels().length];
        Arrays.fill(weights, minibatch.weights().get());
      }
      model.fit(minibatch.inputs(), minibatch.labels(), masks, weights);
    }
  }
}
