package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A network that learns to tell rows from corrupted copies of them.
 *
 * @param network as it is saved: sequential, its output one score without an activation
 * @param seed of the bad copies
 */
public record ScoreLearnerSpec(
    NetworkConfiguration network, Objective objective, CorruptionPlan corruption, long seed)
    implements LearnerSpec {

  @Override
  public ScoreLearner create() {
    return new ScoreLearner(
        new NetworkLearnerSpec(network)
            .create(
                model ->
                    objective.install(
                        (BaseOutputLayer)
                            ((MultiLayerNetwork) model).getOutputLayer().conf().getLayer())),
        new CorruptedGroups(corruption, seed, objective.badPerGood()),
        objective.badPerGood());
  }
}
