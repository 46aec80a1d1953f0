package dev.strata.executor.accelerator;

import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.optimizer.UpdateRules;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.step.TargetSettings;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of dense layers with settings at random, without dropout. */
final class NetworkCases {
  private static final int INPUTS = 13;
  private static final int OUTPUTS = 4;

  private static final List<IActivation> ACTIVATIONS =
      List.of(
          Activation.RELU.getActivationFunction(),
          Activation.TANH.getActivationFunction(),
          Activation.SIGMOID.getActivationFunction(),
          Activation.IDENTITY.getActivationFunction(),
          Activation.GELU.getActivationFunction(),
          Activation.SELU.getActivationFunction(),
          Activation.SWISH.getActivationFunction(),
          Activation.SOFTPLUS.getActivationFunction(),
          Activation.SOFTSIGN.getActivationFunction(),
          new ActivationLReLU(0.2),
          new ActivationELU(0.5),
          new ActivationELU(1));

  /** Output layers, each with its activation. */
  private enum Head {
    CLASSES(LossFunction.MCXENT, Activation.SOFTMAX),
    LABELS(LossFunction.XENT, Activation.SIGMOID),
    VALUES(LossFunction.MSE, Activation.IDENTITY),
    SHARES(LossFunction.MSE, Activation.SIGMOID),
    SUMS(LossFunction.L2, Activation.TANH);

    private final LossFunction loss;
    private final Activation activation;

    Head(LossFunction loss, Activation activation) {
      this.loss = loss;
      this.activation = activation;
    }
  }

  private final DrawnSettings drawn;

  NetworkCases(DrawnSettings drawn) {
    this.drawn = drawn;
  }

  ParityCase network(String updater) {
    UpdateSettings update = drawn.update(updater.equals("momentum") ? "sgd" : updater);
    Head head = drawn.oneOf(List.of(Head.values()));
    ClippingSettings clipping = update.clipping();
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder()
            .seed(drawn.seed())
            .updater(UpdateRules.updater(update.updater(), update.schedule()))
            .gradientNormalization(UpdateRules.clipping(clipping))
            .gradientNormalizationThreshold(clipping.threshold());
    penalize(base, !updater.equals("none"));
    ListBuilder list = base.list();
    list.layer(dense(INPUTS, 9).build());
    DenseLayer.Builder second = dense(9, 6).l2Bias(0.01);
    if (drawn.coin()) {
      // Blocks of updaters then end within the network.
      second.biasUpdater(new Sgd(0.05));
    }
    list.layer(second.build());
    list.layer(
        new OutputLayer.Builder(head.loss)
            .nIn(6)
            .nOut(OUTPUTS)
            .activation(head.activation)
            .build());
    StepSettings step =
        new StepSettings(
            new TargetSettings(
                head == Head.CLASSES && drawn.coin() ? 0.1 : 0, drawn.coin() ? 0 : 0.4),
            clipping.type().equals(Clippings.GLOBAL) ? clipping : ClippingSettings.none());
    NetworkConfiguration network =
        new NetworkConfiguration(NetworkConfiguration.Kind.MULTI_LAYER, list.build().toJson());
    boolean weighted = drawn.coin();
    DrawnSettings rows = new DrawnSettings(new SplittableRandom(drawn.seed()));
    return new ParityCase(
        new NetworkLearnerSpec(network, step), number -> rows(rows, number, head, weighted));
  }

  private void penalize(NeuralNetConfiguration.Builder base, boolean hasRate) {
    switch (drawn.random().nextInt(4)) {
      case 0 -> base.l1(0.01);
      case 1 -> base.l2(0.01).l1(0.005);
      case 2 -> base.weightDecay(0.01, hasRate && drawn.coin());
      default -> base.l2(0);
    }
  }

  private DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(drawn.oneOf(ACTIVATIONS));
  }

  private static Minibatch rows(DrawnSettings drawn, int step, Head head, boolean weighted) {
    Minibatch rows = drawn.rows(step, INPUTS, false);
    float[][] labels = new float[rows.rows()][OUTPUTS];
    float[][] weights = new float[rows.rows()][1];
    for (int i = 0; i < labels.length; i++) {
      weights[i][0] = (float) drawn.random().nextDouble(0.1, 2);
      for (int j = 0; j < OUTPUTS; j++) {
        labels[i][j] =
            switch (head) {
              case CLASSES -> 0;
              case LABELS -> drawn.random().nextInt(2);
              default -> (float) drawn.random().nextGaussian();
            };
      }
      if (head == Head.CLASSES) {
        labels[i][drawn.random().nextInt(OUTPUTS)] = 1;
      }
    }
    return new Minibatch(
        rows.rows(),
        rows.inputs(),
        new INDArray[] {Nd4j.createFromArray(labels)},
        new INDArray[0],
        weighted ? Optional.of(Nd4j.createFromArray(weights)) : Optional.empty());
  }
}
