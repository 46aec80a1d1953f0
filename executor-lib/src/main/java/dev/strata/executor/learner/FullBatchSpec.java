package dev.strata.executor.learner;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.LbfgsSettings;
import java.util.Optional;

/**
 * A network that L-BFGS trains: workers compute gradients, the driver takes the steps.
 *
 * @param lbfgs how the driver takes them
 */
public record FullBatchSpec(NetworkLearnerSpec network, LbfgsSettings lbfgs)
    implements LearnerSpec {
  @Override
  public boolean computesOnGpu() {
    return network.computesOnGpu();
  }

  @Override
  public Optional<String> acceleratorObstacle() {
    return Optional.of("the updater l-bfgs");
  }

  @Override
  public Optional<NetworkConfiguration> networkOfRows() {
    return network.networkOfRows();
  }

  @Override
  public Optional<LbfgsSettings> fullBatch() {
    return Optional.of(lbfgs);
  }

  /**
   * @throws dev.strata.executor.failure.StrataException (configuration) where the loss of the
   *     network is no smooth function of its parameters alone
   */
  @Override
  public FullBatchLearner create() {
    return new FullBatchLearner(network.create(SmoothLoss::require));
  }
}
