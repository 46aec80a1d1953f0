package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.step.StepSettings;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A network that learns of rows and corrupted copies of them.
 *
 * @param network sequential, its output without an activation
 * @param step what its step does beside the stock configuration
 * @param seed of the copies
 */
public record CopyLearnerSpec(
    NetworkConfiguration network,
    StepSettings step,
    Objective objective,
    CorruptionPlan corruption,
    long seed)
    implements LearnerSpec {

  @Override
  public Optional<NetworkConfiguration> networkOfRows() {
    return Optional.of(network);
  }

  @Override
  public CopyLearner create() {
    return new CopyLearner(
        new NetworkLearnerSpec(network, step)
            .create(
                model ->
                    objective.install(
                        (BaseOutputLayer)
                            ((MultiLayerNetwork) model).getOutputLayer().conf().getLayer())),
        new CorruptedGroups(corruption, seed, objective.copies()),
        objective.examples(outputs()));
  }

  private long outputs() {
    List<NeuralNetConfiguration> layers = network.multiLayer().getConfs();
    return ((FeedForwardLayer) layers.get(layers.size() - 1).getLayer()).getNOut();
  }
}
