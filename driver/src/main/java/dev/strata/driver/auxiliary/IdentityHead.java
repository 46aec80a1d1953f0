package dev.strata.driver.auxiliary;

import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkProblems;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.OutputTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an auxiliary task puts on the lower layers, as it is saved: an output of units without an
 * activation.
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
   * @param input rows of the data
   * @param seed of the run
   * @throws dev.strata.executor.failure.StrataException (configuration) with all problems
   */
  public NetworkConfiguration on(NetworkSettings lower, NetworkInput input, long seed) {
    return NetworkBuilder.build(
        network(lower), Optional.empty(), input, OutputTask.values(units), seed);
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
