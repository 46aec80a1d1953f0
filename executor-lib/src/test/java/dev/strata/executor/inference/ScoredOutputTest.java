package dev.strata.executor.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ScoredOutputTest {
  private static final int ROWS = 9;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @Test
  void layersGiveWhatDl4jGives() {
    MultiLayerNetwork network = layers();
    DataSet rows = rows();
    ScoredOutput scored = ScoredOutput.of(network, minibatch(rows));
    double[] losses = network.scoreExamples(rows, false).data().asDouble();
    assertThat(scored.losses()).containsExactly(losses);
    assertThat(scored.output()).isEqualTo(network.output(rows.getFeatures(), false));
  }

  @Test
  void oneLayerHasTheInputBelowIt() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(new NeuralNetConfiguration.Builder().list().layer(output(6)).build());
    network.init();
    DataSet rows = rows();
    ScoredOutput scored = ScoredOutput.of(network, minibatch(rows));
    assertThat(scored.losses())
        .containsExactly(network.scoreExamples(rows, false).data().asDouble());
    assertThat(scored.output()).isEqualTo(network.output(rows.getFeatures(), false));
  }

  @Test
  void graphsGiveWhatDl4jGives() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .l2(0.1)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", hidden(), "in")
                .addLayer("out", output(5), "hidden")
                .setOutputs("out")
                .build());
    graph.init();
    DataSet rows = rows();
    ScoredOutput scored = ScoredOutput.of(graph, minibatch(rows));
    assertThat(scored.losses()).containsExactly(graph.scoreExamples(rows, false).data().asDouble());
    assertThat(scored.output()).isEqualTo(graph.outputSingle(false, rows.getFeatures()));
  }

  @Test
  void aLeasedModelHasTheParametersAskedForAndIsReused() {
    MultiLayerNetwork network = layers();
    NetworkConfiguration configuration = NetworkConfiguration.of(network);
    Object first;
    try (PooledModel lock = PooledModel.of(configuration, StateVector.of(network.params()));
        PooledModel other =
            PooledModel.of(configuration, StateVector.of(network.params().mul(2)))) {
      assertThat(lock.model().params().toFloatVector()).isEqualTo(network.params().toFloatVector());
      assertThat(other.model().params().toFloatVector())
          .isEqualTo(network.params().mul(2).toFloatVector());
      assertThat(other.model()).isNotSameAs(lock.model());
      first = lock.model();
    }
    try (PooledModel lock =
        PooledModel.of(configuration, StateVector.of(network.params().mul(3)))) {
      assertThat(lock.model()).isSameAs(first);
      assertThat(lock.model().params().toFloatVector())
          .isEqualTo(network.params().mul(3).toFloatVector());
    }
  }

  private static MultiLayerNetwork layers() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .l2(0.1)
                .list()
                .layer(hidden())
                .layer(new BatchNormalization.Builder().nIn(5).nOut(5).build())
                .layer(output(5))
                .build());
    network.init();
    return network;
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(6).nOut(5).dropOut(0.5).activation(Activation.TANH).build();
  }

  private static OutputLayer output(int below) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(below)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DataSet rows() {
    INDArray features = Nd4j.rand(ROWS, 6);
    INDArray labels = Nd4j.zeros(ROWS, 3);
    for (int row = 0; row < ROWS; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    return new DataSet(features, labels);
  }

  private static Minibatch minibatch(DataSet rows) {
    return new Minibatch(
        ROWS,
        new INDArray[] {rows.getFeatures()},
        new INDArray[] {rows.getLabels()},
        new INDArray[0],
        Optional.empty());
  }
}
