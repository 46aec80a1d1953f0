package dev.strata.driver.testing;

import dev.strata.executor.network.NetworkConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small stock networks. */
public final class TestNetworks {
  private TestNetworks() {}

  /** Two layers, tanh and softmax, with L2. */
  public static NetworkConfiguration plain(int width, int classes, IUpdater updater) {
    MultiLayerConfiguration network =
        base(updater)
            .list()
            .layer(new DenseLayer.Builder().nIn(width).nOut(7).activation(Activation.TANH).build())
            .layer(output(7, classes))
            .build();
    return configured(network);
  }

  /** Dropout before, and batch normalisation after, the hidden layer. */
  public static NetworkConfiguration dropoutAndBatchNorm(int width, int classes, IUpdater updater) {
    MultiLayerConfiguration network =
        base(updater)
            .list()
            .layer(
                new DenseLayer.Builder()
                    .nIn(width)
                    .nOut(7)
                    .activation(Activation.RELU)
                    .dropOut(0.8)
                    .build())
            .layer(new BatchNormalization.Builder().nIn(7).nOut(7).build())
            .layer(output(7, classes))
            .build();
    return configured(network);
  }

  /** The plain network as a graph. */
  public static NetworkConfiguration graph(int width, int classes, IUpdater updater) {
    ComputationGraphConfiguration network =
        base(updater)
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "hidden",
                new DenseLayer.Builder().nIn(width).nOut(7).activation(Activation.TANH).build(),
                "in")
            .addLayer("norm", new BatchNormalization.Builder().nIn(7).nOut(7).build(), "hidden")
            .addLayer("out", output(7, classes), "norm")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(network);
    graph.init();
    return NetworkConfiguration.of(graph);
  }

  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(11).l2(1e-3).updater(updater);
  }

  private static OutputLayer output(int width, int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(width)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static NetworkConfiguration configured(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return NetworkConfiguration.of(network);
  }
}
