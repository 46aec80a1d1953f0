package dev.strata.executor.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Gradients in float64 against central differences, by DL4J's own check. */
final class LossGradients {
  private LossGradients() {}

  /** Of all parameters of a small network with that loss; ND4J's default type must be double. */
  static void agree(ILossFunction loss, INDArray input, INDArray labels, Activation top) {
    long inputs = input.size(1);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .list(
                    new DenseLayer.Builder()
                        .nIn(inputs)
                        .nOut(6)
                        .activation(Activation.TANH)
                        .build(),
                    new OutputLayer.Builder(loss)
                        .nIn(6)
                        .nOut(labels.size(1))
                        .activation(top)
                        .build())
                .build());
    network.init();
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.MLNConfig()
                    .net(network)
                    .input(input)
                    .labels(labels)
                    .epsilon(1e-6)
                    .maxRelError(1e-5)
                    .minAbsoluteError(1e-9)))
        .isTrue();
  }
}
