package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.shard.UnlabelledRows;
import java.io.Serializable;
import java.util.Optional;

/** Everything a task needs to build a learner: immutable, small, without parameters. */
public interface LearnerSpec extends Serializable {
  /** A new learner with freshly initialised parameters, which are a function of the spec alone. */
  Learner create();

  /** Whether its arithmetic is ND4J's alone, so that it can run with CUDA. */
  default boolean computesOnGpu() {
    return false;
  }

  /** Why an accelerator cannot take its steps; empty where it can. */
  default Optional<String> acceleratorObstacle() {
    return Optional.of("auxiliary tasks and unlabelled rows, which have no form for a GPU");
  }

  /**
   * A new learner whose steps the accelerator takes, with the same initial parameters; only where
   * {@link #acceleratorObstacle} is empty.
   *
   * @param accelerator closed with the learner
   */
  default Learner create(Accelerator accelerator) {
    throw new UnsupportedOperationException(accelerator.name() + " cannot take these steps");
  }

  /** What the learner's minibatches consist of: rows, unless a spec overrides this. */
  default ExampleType exampleType() {
    return ExampleType.ROW;
  }

  /**
   * The network that takes a row as the learner's input 0 and whose flat parameters are the first
   * of the learner's, for a look at its layers; empty unless a spec overrides this.
   */
  default Optional<NetworkConfiguration> networkOfRows() {
    return Optional.empty();
  }

  /** Divisor of a row before {@link #networkOfRows} takes it; 1 unless a spec overrides this. */
  default double divisorOfRows() {
    return 1;
  }

  /**
   * L-BFGS, where the driver takes the steps: then the learner's optimizer state is the gradient of
   * its rows, and its steps leave the parameters as they are; empty unless a spec overrides this.
   */
  default Optional<LbfgsSettings> fullBatch() {
    return Optional.empty();
  }

  /**
   * Unlabelled rows that come with each minibatch, as the last of its inputs; none unless a spec
   * overrides this.
   */
  default Optional<UnlabelledRows> unlabelled() {
    return Optional.empty();
  }
}
