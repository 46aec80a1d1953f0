package dev.strata.executor.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.corruption.ImageViews;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Means of outputs and what is said of their spread, against plain float64. */
class PooledPredictorTest {
  private static final int ROWS = 9;
  private static final int INPUTS = 6;
  private static final int CLASSES = 3;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @Test
  void anEnsembleOfOneIsTheNetworkItself() {
    MultiLayerNetwork network = network(1, 5, Activation.SOFTMAX, LossFunction.MCXENT);
    ScoredOutput plain = ScoredOutput.of(network, classes());
    Prediction one = of(classes(), OutputSamples.NONE, network);
    assertThat(one.output()).isEqualTo(plain.output());
    assertThat(one.losses()).containsExactly(plain.losses());
    assertThat(one.spread()).isNull();
  }

  @Test
  void theSameNetworkTwiceIsTheNetwork() {
    MultiLayerNetwork network = network(1, 5, Activation.SOFTMAX, LossFunction.MCXENT);
    ScoredOutput plain = ScoredOutput.of(network, classes());
    Prediction twice = of(classes(), OutputSamples.NONE, network, network);
    assertThat(twice.output()).isEqualTo(plain.output());
    assertThat(twice.losses()).containsExactly(plain.losses(), within(1e-6));
    assertThat(twice.spread().information()).containsExactly(new double[ROWS], within(1e-12));
  }

  @Test
  void probabilitiesOfDifferentNetworksAreAveraged() {
    MultiLayerNetwork first = network(1, 5, Activation.SOFTMAX, LossFunction.MCXENT);
    MultiLayerNetwork second = network(2, 8, Activation.SOFTMAX, LossFunction.MCXENT);
    MultiLayerNetwork third = network(3, 2, Activation.SOFTMAX, LossFunction.MCXENT);
    Minibatch rows = classes();
    Prediction found = of(rows, OutputSamples.NONE, first, second, third);
    INDArray[] outputs = new INDArray[3];
    int at = 0;
    for (MultiLayerNetwork network : List.of(first, second, third)) {
      outputs[at++] = network.output(rows.inputs()[0]);
    }
    for (int row = 0; row < ROWS; row++) {
      double loss = 0;
      double entropy = 0;
      double entropies = 0;
      for (int c = 0; c < CLASSES; c++) {
        double mean = 0;
        for (INDArray output : outputs) {
          double p = output.getDouble(row, c);
          mean += p / 3;
          entropies -= p * Math.log(p) / 3;
        }
        entropy -= mean * Math.log(mean);
        loss -= rows.labels()[0].getDouble(row, c) * Math.log(mean);
        assertThat(found.output().getDouble(row, c)).isEqualTo(mean, within(1e-7));
      }
      assertThat(found.losses()[row]).isEqualTo(loss, within(1e-6));
      assertThat(found.spread().entropy()[row]).isEqualTo(entropy, within(1e-6));
      assertThat(found.spread().information()[row])
          .isEqualTo(entropy - entropies, within(1e-6))
          .isPositive();
    }
  }

  @Test
  void valuesAreAveragedAndHaveADeviation() {
    MultiLayerNetwork first = network(1, 5, Activation.IDENTITY, LossFunction.MSE);
    MultiLayerNetwork second = network(2, 4, Activation.IDENTITY, LossFunction.MSE);
    Minibatch rows = minibatch(Nd4j.rand(DataType.FLOAT, ROWS, CLASSES));
    Prediction found = of(rows, OutputSamples.NONE, first, second);
    INDArray one = first.output(rows.inputs()[0]);
    INDArray two = second.output(rows.inputs()[0]);
    for (int row = 0; row < ROWS; row++) {
      double squares = 0;
      double deviation = 0;
      for (int c = 0; c < CLASSES; c++) {
        double mean = (one.getDouble(row, c) + two.getDouble(row, c)) / 2;
        double error = mean - rows.labels()[0].getDouble(row, c);
        squares += error * error / CLASSES;
        deviation += Math.abs(one.getDouble(row, c) - two.getDouble(row, c)) / 2 / CLASSES;
        assertThat(found.output().getDouble(row, c)).isEqualTo(mean, within(1e-6));
      }
      assertThat(found.losses()[row]).isEqualTo(squares, within(1e-5));
      assertThat(found.spread().deviation()[row]).isEqualTo(deviation, within(1e-6));
    }
  }

  /** The logarithm of 0 would make the loss of a certain and right answer NaN. */
  @Test
  void aProbabilityOfZeroGivesAFiniteLoss() {
    MultiLayerNetwork network = network(1, 5, Activation.SOFTMAX, LossFunction.MCXENT);
    network.params().muli(1e5);
    for (double loss : of(classes(), OutputSamples.NONE, network, network).losses()) {
      assertThat(loss).isFinite().isLessThanOrEqualTo(-Math.log(1e-10) + 1e-3);
    }
  }

  @Test
  void viewsAndSamplesAreAveragedTogether() {
    MultiLayerNetwork network = network(1, 5, Activation.SOFTMAX, LossFunction.MCXENT);
    ImageViews views = new ImageViews(new ImageShape(2, 3, 1), 1, true);
    Minibatch rows = classes();
    ScoredOutput plain = ScoredOutput.of(network, rows, views);
    Predictor sampled =
        new Predictor(List.of(NetworkConfiguration.of(network)), views, new OutputSamples(2, 4));
    try (PooledPredictor open = sampled.open(List.of(StateVector.of(network.params())))) {
      assertThat(open.of(rows).output()).isEqualTo(plain.output());
    }
  }

  private static Prediction of(
      Minibatch rows, OutputSamples samples, MultiLayerNetwork... networks) {
    Predictor predictor =
        new Predictor(
            List.of(networks).stream().map(n -> NetworkConfiguration.of(n)).toList(),
            null,
            samples);
    List<StateVector> parameters =
        List.of(networks).stream().map(n -> StateVector.of(n.params())).toList();
    try (PooledPredictor open = predictor.open(parameters)) {
      return open.of(rows);
    }
  }

  private static MultiLayerNetwork network(
      long seed, int units, Activation top, LossFunction loss) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(units)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new OutputLayer.Builder(loss).nIn(units).nOut(CLASSES).activation(top).build())
                .build());
    network.init();
    return network;
  }

  private static Minibatch classes() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, ROWS, CLASSES);
    for (int row = 0; row < ROWS; row++) {
      labels.putScalar(row, row % CLASSES, 1);
    }
    return minibatch(labels);
  }

  private static Minibatch minibatch(INDArray labels) {
    Nd4j.getRandom().setSeed(11);
    long[] numbers = new long[ROWS];
    for (int row = 0; row < ROWS; row++) {
      numbers[row] = row;
    }
    return new Minibatch(
        ROWS,
        new INDArray[] {Nd4j.randn(DataType.FLOAT, ROWS, INPUTS)},
        new INDArray[] {labels},
        new INDArray[0],
        Optional.empty(),
        numbers);
  }
}
