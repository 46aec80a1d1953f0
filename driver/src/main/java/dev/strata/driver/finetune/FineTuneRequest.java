package dev.strata.driver.finetune;

import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.RunRequest;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.Optional;

/**
 * A fine-tuning to run, or to go on with.
 *
 * @param rows training rows, as the whole network takes them
 * @param heldBack rows for validation
 * @param unlabelled rows beside the labelled ones; absent: none
 * @param measure measures a network on rows that it takes
 */
public record FineTuneRequest(
    RunContext run,
    EngineSettings engine,
    FineTunePlan plan,
    FineTuneSettings settings,
    ShardSet rows,
    Optional<ShardSet> heldBack,
    Optional<UnlabelledPlan> unlabelled,
    Measure measure)
    implements RunRequest {
  /** Metrics of a network with given parameters on rows held back. */
  @FunctionalInterface
  public interface Measure {
    Map<String, Double> of(NetworkConfiguration network, StateVector parameters, ShardSet rows);
  }
}
