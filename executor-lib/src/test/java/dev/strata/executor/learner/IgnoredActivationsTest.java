package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class IgnoredActivationsTest {
  @Test
  void anActivationThatNoLayerAppliesIsNamed() {
    assertThat(notices(dense(Activation.IDENTITY), norm(Activation.RELU)))
        .singleElement()
        .asString()
        .contains("norm", "relu", "activation layer");
  }

  @Test
  void whereAnotherLayerAppliesOneNothingIsSaid() {
    assertThat(notices(dense(Activation.RELU), norm(Activation.SIGMOID))).isEmpty();
    assertThat(notices(dense(Activation.IDENTITY), norm(Activation.IDENTITY))).isEmpty();
    assertThat(
            notices(
                dense(Activation.IDENTITY),
                norm(Activation.RELU),
                new DropoutLayer(0.5),
                new ActivationLayer(Activation.RELU)))
        .isEmpty();
    assertThat(notices(dense(Activation.IDENTITY), norm(Activation.TANH), prelu())).isEmpty();
    assertThat(notices(prelu(), norm(Activation.TANH))).isEmpty();
  }

  /** The default of every layer's builder. */
  @Test
  void theDefaultSigmoidIsLeftOut() {
    assertThat(notices(dense(Activation.IDENTITY), norm(Activation.SIGMOID))).isEmpty();
  }

  private static Layer prelu() {
    return new PReLULayer.Builder().nIn(4).nOut(4).inputShape(4).build();
  }

  private static Layer dense(Activation activation) {
    return new DenseLayer.Builder().nIn(4).nOut(4).activation(activation).build();
  }

  private static Layer norm(Activation activation) {
    return new BatchNormalization.Builder()
        .name("norm")
        .nIn(4)
        .nOut(4)
        .activation(activation)
        .build();
  }

  private static List<String> notices(Layer... layers) {
    var list = new NeuralNetConfiguration.Builder().seed(1).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(4)
            .nOut(2)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return new NetworkLearner(new NetworkLearner.Layers(network)).notices();
  }
}
