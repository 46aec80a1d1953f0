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

/** Lower layers with a score on top: one unit without an activation. */
public final class ScoreNetwork {
  /** Name of the unit. */
  public static final String SCORE = "score";

  private static final OutputTask ONE_VALUE = OutputTask.values(1);

  private ScoreNetwork() {}

  /**
   * @param input rows of the data
   * @param seed of the run
   * @throws dev.strata.executor.failure.StrataException (configuration) with all problems
   */
  public static NetworkConfiguration build(NetworkSettings lower, NetworkInput input, long seed) {
    return NetworkBuilder.build(withScore(lower), Optional.empty(), input, ONE_VALUE, seed);
  }

  /** What is wrong with the layers, before the data have been looked at. */
  public static NetworkProblems check(NetworkSettings lower) {
    return NetworkBuilder.check(withScore(lower), ONE_VALUE);
  }

  private static NetworkSettings withScore(NetworkSettings lower) {
    List<LayerSettings> layers = new ArrayList<>(lower.layers());
    layers.add(
        new LayerSettings.Output(
            Optional.of(1),
            Optional.of("mse"),
            Optional.of("identity"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(SCORE)));
    return lower.withLayers(layers);
  }
}
