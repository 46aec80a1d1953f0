package dev.strata.executor.inference;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The upper part of a network, trained on the output of the frozen lower part, which is computed
 * for each minibatch. Unlike other specs it carries parameters: those that do not move, sent once a
 * phase.
 *
 * @param lower sequential
 * @param parameters of the lower part
 * @param inputDropout share of the input that is dropped, in [0, 1)
 * @param upper what is trained
 */
public record FrozenBelowSpec(
    NetworkConfiguration lower,
    StateVector parameters,
    double inputDropout,
    NetworkLearnerSpec upper)
    implements LearnerSpec {
  @Override
  public boolean computesOnGpu() {
    return true;
  }

  @Override
  public Optional<String> acceleratorObstacle() {
    return upper.acceleratorObstacle();
  }

  @Override
  public FrozenBelowLearner create() {
    return above(upper.create());
  }

  /** The lower part's output is computed on the CPU. */
  @Override
  public FrozenBelowLearner create(Accelerator accelerator) {
    return above(upper.create(accelerator));
  }

  private FrozenBelowLearner above(Learner trained) {
    MultiLayerNetwork frozen = (MultiLayerNetwork) lower.newModel();
    parameters.copyTo(frozen.params());
    return new FrozenBelowLearner(frozen, inputDropout, trained);
  }
}
