package dev.strata.executor.accelerator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.augmentation.AugmentedLearnerSpec;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.inference.FrozenBelowSpec;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

/** Learners that train another one, which takes its steps on an accelerator. */
class AcceleratedWrappersTest {
  private static final double TOLERANCE = 1e-4;

  private static DrawnSettings drawn() {
    return new DrawnSettings(new SplittableRandom(7));
  }

  private static double difference(LearnerSpec spec, ParityCase of) {
    return new LearnerParity(new ParityCase(spec, of.minibatches()))
        .difference(HostAccelerator::new);
  }

  @Test
  void rowsAreAugmentedBefore() {
    ParityCase plain = new NetworkCases(drawn()).network("adam");
    CorruptionPlan plan =
        new CorruptionPlan(
            "training.augmentation",
            List.of(new Noise(0.2)),
            RowFacts.ofImages(new ImageShape(1, NetworkCases.INPUTS, 1)));
    LearnerSpec augmented = new AugmentedLearnerSpec(plain.spec(), plan, 3);

    assertThat(augmented.acceleratorObstacle()).isEmpty();
    assertThat(difference(augmented, plain)).isLessThan(TOLERANCE);
  }

  /** With dropout of the rows, which the CPU draws. */
  @Test
  void frozenLayersAreComputedOnTheCpu() {
    ParityCase plain = new NetworkCases(drawn()).network("adam");
    int width = NetworkCases.INPUTS;
    NetworkConfiguration lower =
        new NetworkConfiguration(
            NetworkConfiguration.Kind.MULTI_LAYER,
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(width)
                        .nOut(width)
                        .activation(Activation.TANH)
                        .build())
                .build()
                .toJson());
    StateVector parameters = StateVector.of(lower.newModel().params());
    LearnerSpec frozen =
        new FrozenBelowSpec(lower, parameters, 0.2, (NetworkLearnerSpec) plain.spec());

    assertThat(frozen.acceleratorObstacle()).isEmpty();
    assertThat(difference(frozen, plain)).isLessThan(TOLERANCE);
  }
}
