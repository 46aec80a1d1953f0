package dev.strata.driver.auxiliary;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * What an auxiliary task puts on the lower layers: an output layer, whose units have no activation
 * unless they are a teacher's classes, and dense layers below it.
 *
 * @param below dense layers between the lower layers and the output, bottom to top
 * @param name of the output layer; empty: as in supervised training
 * @param output what it gives: values, or the probabilities of classes
 * @param saved whether it is part of the saved network; if not, that ends with the lower layers
 */
public record TaskHead(
    List<LayerSettings> below, Optional<String> name, OutputTask output, boolean saved) {
  /** A score. */
  public static final TaskHead SCORE = values(List.of(), "score", 1, true);

  public TaskHead {
    below = List.copyOf(below);
  }

  /** A point in a space where rows that are alike lie near each other. */
  public static TaskHead embedding(int units) {
    return values(List.of(), "embedding", units, true);
  }

  /**
   * A point as above, by a network of its own on the encoder, which is left behind (Chen et al.
   * 2020, SimCLR, arXiv 2002.05709).
   *
   * @param layers at least 1
   * @param units of each
   */
  static TaskHead projection(int layers, int units) {
    List<LayerSettings> below = new ArrayList<>();
    for (int i = 1; i < layers; i++) {
      below.add(LayerSettings.dense(units, "relu").withName("projection-" + i));
    }
    return values(below, "projection", units, false);
  }

  /** Of each column whether it was changed, and the row as it was; left behind. */
  static TaskHead estimates(int units) {
    return values(List.of(), "estimates", units, false);
  }

  /** The output layer of supervised training, for the labels of a teacher. */
  static TaskHead labels(OutputTask output) {
    return new TaskHead(List.of(), Optional.empty(), output, true);
  }

  private static TaskHead values(List<LayerSettings> below, String name, int units, boolean saved) {
    return new TaskHead(below, Optional.of(name), OutputTask.values(units), saved);
  }

  /**
   * What a task puts on the lower layers; of mask-estimation with a single unit, and of a teacher
   * with two classes, while the data are not known. What co-occurrence puts there is left behind
   * without being trained: a stock network that is checked and built has an output.
   */
  public static TaskHead of(TaskSettings task, NetworkSettings lower) {
    return switch (task.type().orElse(TaskType.MAX_MARGIN)) {
      case GOOD_OR_BAD, MAX_MARGIN -> SCORE;
      case SAME_OR_DIFFERENT -> embedding(task.embedding());
      case CONTRASTIVE ->
          projection(
              task.projection().layers(),
              task.projection().units().orElse(topUnits(lower).orElse(1)));
      case MASK_ESTIMATION, CO_OCCURRENCE -> estimates(1);
      case TEACHER -> labels(OutputTask.classes(2));
    };
  }

  /** Units of the topmost layer that has any, or filters. */
  public static OptionalInt topUnits(NetworkSettings lower) {
    for (int i = lower.layers().size() - 1; i >= 0; i--) {
      Optional<Integer> units = Optional.empty();
      if (lower.layers().get(i) instanceof LayerSettings.Dense dense) {
        units = dense.units();
      } else if (lower.layers().get(i) instanceof LayerSettings.Convolution2d images) {
        units = images.filters();
      } else if (lower.layers().get(i) instanceof LayerSettings.Residual block) {
        OptionalInt within = topUnits(lower.withLayers(block.layers()));
        if (within.isPresent()) {
          return within;
        }
        continue;
      } else {
        continue;
      }
      return units.map(OptionalInt::of).orElse(OptionalInt.empty());
    }
    return OptionalInt.empty();
  }

  /**
   * The network that is saved, of the one that is trained.
   *
   * @param trained as {@link #on} gives it
   */
  public NetworkConfiguration saved(NetworkConfiguration trained) {
    if (saved) {
      return trained;
    }
    int all = trained.multiLayer().getConfs().size();
    return NetworkCut.above(trained, all - below.size() - 1).lower();
  }

  /**
   * The network that is trained.
   *
   * @param dl4jJson text of the file {@code network.dl4j-json}, where there is one: a whole
   *     network, whose own output is the score or, of any width, the embedding
   * @param input rows of the data
   * @param seed of the run
   * @throws dev.strata.executor.failure.StrataException (configuration) with all problems
   */
  public NetworkConfiguration on(
      NetworkSettings lower, Optional<String> dl4jJson, NetworkInput input, long seed) {
    if (dl4jJson.isPresent()) {
      OutputTask whole = OutputTask.values(equals(SCORE) ? 1 : 0);
      return checked(lower, NetworkBuilder.build(lower, dl4jJson, input, whole, seed));
    }
    return NetworkBuilder.build(network(lower), Optional.empty(), input, output, seed);
  }

  private NetworkConfiguration checked(NetworkSettings lower, NetworkConfiguration given) {
    String found = "a ComputationGraph";
    if (given.newModel() instanceof MultiLayerNetwork network) {
      Layer top = network.getOutputLayer().conf().getLayer();
      boolean flat = top instanceof LossLayer && !equals(SCORE);
      boolean plain = top instanceof OutputLayer || flat;
      if (plain && ((BaseLayer) top).getActivationFn() instanceof ActivationIdentity) {
        return given;
      }
      found =
          top.getClass().getSimpleName()
              + (plain ? " with activation " + ((BaseLayer) top).getActivationFn() : "");
    }
    throw StrataException.configuration("the network's output does not fit the auxiliary task")
        .key("network.dl4j-json")
        .file(lower.dl4jJson().orElse(""))
        .found(found)
        .expected(
            "a MultiLayerConfiguration that ends with an OutputLayer "
                + (equals(SCORE) ? "" : "or a LossLayer ")
                + "with activation identity")
        .build();
  }

  /** What is wrong with the layers, before the data have been looked at. */
  public NetworkProblems check(NetworkSettings lower) {
    return NetworkBuilder.check(network(lower), output);
  }

  private NetworkSettings network(NetworkSettings lower) {
    List<LayerSettings> layers = new ArrayList<>(lower.layers());
    layers.addAll(below);
    layers.add(
        name.<LayerSettings>map(
                own ->
                    new LayerSettings.Output(
                        Optional.of(output.width()),
                        Optional.of("mse"),
                        Optional.of("identity"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(own)))
            .orElseGet(LayerSettings::output));
    return lower.withLayers(layers);
  }
}
