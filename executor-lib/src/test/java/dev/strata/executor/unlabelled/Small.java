package dev.strata.executor.unlabelled;

import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.UnlabelledRows;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import java.util.Optional;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** A network of four inputs, five hidden units and three classes, and rows for it. */
final class Small {
  static final int INPUTS = 4;
  static final int CLASSES = 3;
  static final int LABELLED = 3;
  static final int RATIO = 2;

  private Small() {}

  /**
   * @param dropout of the hidden units; 0: none
   */
  static NetworkConfiguration network(IUpdater updater, double dropout) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(updater)
                .l2(0.01)
                .list(
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(5)
                        .activation(Activation.TANH)
                        .build(),
                    new OutputLayer.Builder(new LossMCXENT())
                        .nIn(5)
                        .nOut(CLASSES)
                        .dropOut(dropout == 0 ? 0 : 1 - dropout)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  static UnlabelledLoss loss(Method method, double weight, double threshold) {
    return new UnlabelledLoss(
        method,
        weight,
        new UnlabelledLoss.Ramp(0, 0),
        threshold,
        0.9,
        new UnlabelledLoss.Adversarial(0.5, 0.01, 2));
  }

  static UnlabelledSpec spec(NetworkConfiguration network, UnlabelledLoss loss) {
    UnlabelledRows rows = new UnlabelledRows(new ShardSet("nowhere", ""), RATIO, 1);
    return new UnlabelledSpec(new NetworkLearnerSpec(network), loss, null, rows, 4, 7);
  }

  /** Three labelled rows and six others. */
  static Minibatch minibatch(DataType type) {
    double[][] labelled = {{1, -1, 0.5, 2}, {0, 0.3, -2, 1}, {-1, 1, 1, 0}};
    double[][] labels = {{1, 0, 0}, {0, 0, 1}, {0, 1, 0}};
    double[][] others = {
      {2, -1, 0.2, 1},
      {0.4, 0.3, -1, 2},
      {-2, 1, 1.5, 0},
      {0.1, 0, 0, -0.2},
      {1, 1, 1, 1},
      {-1, 0.6, 0, 3}
    };
    INDArray[] none = {};
    return new Minibatch(
        LABELLED,
        new INDArray[] {
          Nd4j.createFromArray(labelled).castTo(type), Nd4j.createFromArray(others).castTo(type)
        },
        new INDArray[] {Nd4j.createFromArray(labels).castTo(type)},
        none,
        Optional.empty(),
        LongStream.range(20, 29).toArray());
  }
}
