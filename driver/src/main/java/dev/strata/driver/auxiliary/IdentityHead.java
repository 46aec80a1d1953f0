package dev.strata.driver.auxiliary;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Output layer of an auxiliary task in the saved network: units without an activation.
 *
 * @param name of the output layer
 */
public record IdentityHead(String name, int units) {
  /** A score. */
  public static final IdentityHead SCORE = new IdentityHead("score", 1);

  /** A point in a space where rows that are alike lie near each other. */
  public static IdentityHead embedding(int units) {
    return new IdentityHead("embedding", units);
  }

  /** What a task puts on the lower layers. */
  public static IdentityHead of(TaskSettings task) {
    return task.type().equals(Optional.of(TaskType.SAME_OR_DIFFERENT))
        ? embedding(task.embedding())
        : SCORE;
  }

  /**
   * The network that is saved.
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
