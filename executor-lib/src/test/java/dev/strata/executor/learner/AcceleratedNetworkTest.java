package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.accelerator.HostAccelerator;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkConfiguration.Kind;
import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What networks on an accelerator do otherwise than on the CPU: dropout, and what they refuse. */
class AcceleratedNetworkTest {
  private static final int INPUTS = 7;
  private static final int OUTPUTS = 3;
  private static final double RATE = 1;

  private static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH);
  }

  private static OutputLayer.Builder output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(OUTPUTS)
        .activation(Activation.SOFTMAX);
  }

  private static NetworkLearnerSpec spec(ListBuilder list) {
    return new NetworkLearnerSpec(
        new NetworkConfiguration(Kind.MULTI_LAYER, list.build().toJson()));
  }

  private static ListBuilder list() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(RATE)).list();
  }

  private static Minibatch rows(int count) {
    SplittableRandom random = new SplittableRandom(4);
    float[][] rows = new float[count][INPUTS];
    float[][] labels = new float[count][OUTPUTS];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < INPUTS; j++) {
        rows[i][j] = (float) random.nextGaussian();
      }
      labels[i][random.nextInt(OUTPUTS)] = 1;
    }
    return new Minibatch(
        count,
        new INDArray[] {Nd4j.createFromArray(rows)},
        new INDArray[] {Nd4j.createFromArray(labels)},
        new INDArray[0],
        Optional.empty());
  }

  /** The loss before a step from these parameters; the parameters move. */
  private static double loss(Learner learner, INDArray parameters, Minibatch rows, long seed) {
    learner.parameters().assign(parameters);
    learner.counters(0, 0);
    Nd4j.getRandom().setSeed(seed);
    learner.step(rows);
    return learner.settle() / rows.rows();
  }

  /** The masks of a seed are constants: the gradient is the slope of the loss with them. */
  @Test
  void theGradientThroughDropoutIsThatOfTheLossWithTheSameMasks() {
    NetworkLearnerSpec spec =
        spec(
            list()
                .layer(new DropoutLayer(0.8))
                .layer(dense(INPUTS, 6).build())
                .layer(dense(6, 5).dropOut(0.7).build())
                .layer(new DropoutLayer(0.9))
                .layer(output(5).dropOut(0.6).build()));
    Minibatch rows = rows(20);
    try (Learner learner = spec.create(new HostAccelerator())) {
      INDArray start = learner.parameters().dup();
      double before = loss(learner, start, rows, 11);
      INDArray gradient = start.sub(learner.parameters()).divi(RATE);
      assertThat(loss(learner, start, rows, 12)).as("other masks").isNotEqualTo(before);
      SplittableRandom random = new SplittableRandom(5);
      float step = 0.01f;
      for (int check = 0; check < 40; check++) {
        long i = random.nextLong(start.length());
        INDArray moved = start.dup();
        moved.putScalar(i, start.getFloat(i) + step);
        double above = loss(learner, moved, rows, 11);
        moved.putScalar(i, start.getFloat(i) - step);
        double below = loss(learner, moved, rows, 11);
        assertThat((double) gradient.getFloat(i))
            .as("parameter %d", i)
            .isCloseTo((above - below) / (2 * step), within(3e-4));
      }
    }
  }

  /** Of a network that only sums its inputs, the mean output stays and the right share is 0. */
  @Test
  void dropoutKeepsTheMean() {
    NetworkLearnerSpec spec =
        spec(
            list()
                .layer(
                    new OutputLayer.Builder(LossFunction.L2)
                        .nIn(1000)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .dropOut(0.8)
                        .build()));
    Minibatch rows =
        new Minibatch(
            50,
            new INDArray[] {Nd4j.ones(50, 1000)},
            new INDArray[] {Nd4j.zeros(50, 1)},
            new INDArray[0],
            Optional.empty());
    try (Learner learner = spec.create(new HostAccelerator())) {
      INDArray ones = Nd4j.ones(1, 1001);
      ones.putScalar(1000, -1000f);
      // Σ (m / 0.8 - 1) over 1000 inputs: variance 1000 · (1/0.8 - 1).
      assertThat(loss(learner, ones, rows, 1)).isCloseTo(250, within(6 * 250 * 0.2));
    }
  }

  @Test
  void whatHasNoFormForAGpuIsNamed() {
    assertThat(spec(list().layer(dense(7, 5).build()).layer(output(5).build())))
        .matches(spec -> spec.acceleratorObstacle().isEmpty());
    refused("layer layer0 with layer normalization", dense(7, 5).hasLayerNorm(true));
    refused("layer layer0 with parameters other than", dense(7, 5).hasBias(false));
    refused("layer layer0 with the activation mish", dense(7, 5).activation(Activation.MISH));
    refused("the activation gelu(precise=true)", dense(7, 5).activation(new ActivationGELU(true)));
    refused("GaussianDropout", dense(7, 5).dropOut(new GaussianDropout(0.5)));
    refused("max-norm or drop-connect", dense(7, 5).weightNoise(new DropConnect(0.5)));
    refused("max-norm or drop-connect", dense(7, 5).constrainWeights(new MaxNormConstraint(1, 0)));
    refused("layer layer0 with the updater AdaDelta", dense(7, 5).updater(new AdaDelta()));
    refused(
        "layer layer1 with BatchNormalization",
        list -> list.layer(dense(7, 5).build()).layer(new BatchNormalization.Builder().build()));
    refused(
        "layer layer1 with ActivationLayer",
        list -> list.layer(dense(7, 5).build()).layer(new ActivationLayer(Activation.RELU)));
    refused(
        "truncated backpropagation",
        list -> list.layer(dense(7, 5).build()).backpropType(BackpropType.TruncatedBPTT));
    ListBuilder other =
        list()
            .layer(
                new OutputLayer.Builder(LossFunction.MEAN_ABSOLUTE_ERROR)
                    .nIn(7)
                    .nOut(3)
                    .activation(Activation.IDENTITY)
                    .build());
    assertThat(spec(other).acceleratorObstacle().orElseThrow())
        .isEqualTo("layer layer0 with the loss LossMAE() of identity");
  }

  private static void refused(String reason, DenseLayer.Builder layer) {
    refused(reason, list -> list.layer(layer.build()));
  }

  private static void refused(String reason, Consumer<ListBuilder> layers) {
    ListBuilder list = list();
    layers.accept(list);
    list.layer(output(5).build());
    assertThat(spec(list).acceleratorObstacle().orElseThrow()).contains(reason);
  }
}
