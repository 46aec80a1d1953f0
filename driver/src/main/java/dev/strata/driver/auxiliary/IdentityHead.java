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
 * What an auxiliary task puts on the lower layers: an output layer whose units have no activation,
 * and dense layers below it.
 *
 * @param below dense layers between the lower layers and the output, bottom to top
 * @param name of the output layer
 * @param saved whether it is part of the saved network; if not, that ends with the lower layers
 */
public record IdentityHead(List<LayerSettings> below, String name, int units, boolean saved) {
  /** A score. */
  public static final IdentityHead SCORE = new IdentityHead(List.of(), "score", 1, true);

  public IdentityHead {
    below = List.copyOf(below);
  }

  /** A point in a space where rows that are alike lie near each other. */
  public static IdentityHead embedding(int units) {
    return new IdentityHead(List.of(), "embedding", units, true);
  }

  /**
   * A point as above, by a network of its own on the encoder, which is left behind (Chen et al.
   * 2020, SimCLR, arXiv 2002.05709).
   *
   * @param layers at least 1
   * @param units of each
   */
  static IdentityHead projection(int layers, int units) {
    List<LayerSettings> below = new ArrayList<>();
    for (int i = 1; i < layers; i++) {
      below.add(LayerSettings.dense(units, "relu").withName("projection-" + i));
    }
    return new IdentityHead(below, "projection", units, false);
  }

  /** Of each column whether it was changed, and the row as it was; left behind. */
  static IdentityHead estimates(int units) {
    return new IdentityHead(List.of(), "estimates", units, false);
  }

  /**
   * What a task puts on the lower layers; of mask-estimation with a single unit, while the data's
   * columns are not known.
   */
  public static IdentityHead of(TaskSettings task, NetworkSettings lower) {
    return switch (task.type().orElse(TaskType.MAX_MARGIN)) {
      case GOOD_OR_BAD, MAX_MARGIN -> SCORE;
      case SAME_OR_DIFFERENT -> embedding(task.embedding());
      case CONTRASTIVE ->
          projection(
              task.projection().layers(),
              task.projection().units().orElse(topUnits(lower).orElse(1)));
      case MASK_ESTIMATION -> estimates(1);
    };
  }

  /** Units of the topmost layer that has any. */
  public static OptionalInt topUnits(NetworkSettings lower) {
    for (int i = lower.layers().size() - 1; i >= 0; i--) {
      if (lower.layers().get(i) instanceof LayerSettings.Dense dense) {
        return dense.units().map(OptionalInt::of).orElse(OptionalInt.empty());
      }
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
      OutputTask output = OutputTask.values(equals(SCORE) ? 1 : 0);
      return checked(lower, NetworkBuilder.build(lower, dl4jJson, input, output, seed));
    }
    return NetworkBuilder.build(
        network(lower), Optional.empty(), input, OutputTask.values(units), seed);
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
    return NetworkBuilder.check(network(lower), OutputTask.values(units));
  }

  private NetworkSettings network(NetworkSettings lower) {
    List<LayerSettings> layers = new ArrayList<>(lower.layers());
    layers.addAll(below);
    layers.add(
        new LayerSettings.Output(
            Optional.of(units),
            Optional.of("mse"),
            Optional.of("identity"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(name)));
    return lower.withLayers(layers);
  }
}
