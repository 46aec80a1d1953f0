package dev.strata.executor.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.loss.MaxMarginLoss;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class ScoreLearnerTest {
  private static final long SEED = 5;
  private static final float[][] ROWS = {{1, 2}, {3, -1}, {-2, 0.5f}};

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static MultiLayerNetwork network(ILossFunction loss, Activation top) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .list(
                    new DenseLayer.Builder().nIn(2).nOut(3).activation(Activation.TANH).build(),
                    new OutputLayer.Builder(loss).nIn(3).nOut(1).activation(top).build())
                .build());
    network.init();
    return network;
  }

  private static Minibatch minibatch(float[]... rows) {
    INDArray[] none = new INDArray[0];
    return new Minibatch(
        rows.length,
        new INDArray[] {Nd4j.createFromArray(rows)},
        none,
        none,
        Optional.empty(),
        LongStream.range(10, 10 + rows.length).toArray());
  }

  private static ScoreLearner learner(Objective objective) {
    NetworkConfiguration saved =
        NetworkConfiguration.of(network(new LossMSE(), Activation.IDENTITY));
    return new ScoreLearnerSpec(saved, objective, Shifted.plan(2), SEED).create();
  }

  private static INDArray groups(int epoch, int copies) {
    return new CorruptedGroups(Shifted.plan(2), SEED, copies).of(minibatch(ROWS), epoch).rows();
  }

  private static void sameAsFit(Objective objective, MultiLayerNetwork plain) {
    ScoreLearner learner = learner(objective);
    for (int step = 0; step < 3; step++) {
      learner.counters(step, step);
      double loss = learner.step(minibatch(ROWS));
      INDArray rows = groups(step, objective.badPerGood());
      INDArray labels = Nd4j.zeros(rows.size(0), 1);
      for (int i = 0; i < rows.size(0); i += 1 + objective.badPerGood()) {
        labels.putScalar(i, 1);
      }
      plain.setIterationCount(step);
      plain.setEpochCount(step);
      plain.fit(rows, labels);
      assertThat(loss).isCloseTo(plain.score(), within(1e-6));
    }
    assertThat(learner.parameters().equalsWithEps(plain.params(), 1e-6)).isTrue();
  }

  @Test
  void goodOrBadIsDl4jsOwnTrainingOfASigmoid() {
    sameAsFit(new Objective.GoodOrBad(2), network(new LossBinaryXENT(), Activation.SIGMOID));
  }

  @Test
  void maxMarginIsDl4jsOwnTrainingWithThatLoss() {
    sameAsFit(
        new Objective.MaxMargin(1, 0.5), network(new MaxMarginLoss(0.5, 1), Activation.IDENTITY));
  }

  /** Scores x₀ of one row at 2: its copy lies at 3 to 4, so that each loss is known. */
  @Test
  void lossesAsComputedByHand() {
    MultiLayerNetwork one =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .list(
                    new OutputLayer.Builder(new LossMSE())
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    one.init();
    NetworkConfiguration saved = NetworkConfiguration.of(one);
    INDArray first = Nd4j.createFromArray(new float[][] {{1, 0, 0}});
    Minibatch row = minibatch(new float[] {2, 9});
    double bad = new CorruptedGroups(Shifted.plan(2), SEED, 1).of(row, 0).rows().getDouble(1, 0);
    assertThat(bad).isBetween(3.0, 4.0);

    ScoreLearner margin =
        new ScoreLearnerSpec(saved, new Objective.MaxMargin(1, 1), Shifted.plan(2), SEED).create();
    margin.parameters().assign(first);
    assertThat(margin.step(row)).isCloseTo(1 - 2 + bad, within(1e-5));
    // The loss falls by rate × 1 for the good row and by rate × bad for the bad one, in x₀ alone.
    assertThat(margin.parameters().getDouble(0)).isCloseTo(1 + 0.1 * (2 - bad), within(1e-5));
    assertThat(margin.parameters().getDouble(1)).isCloseTo(0, within(1e-5));

    ScoreLearner good =
        new ScoreLearnerSpec(saved, new Objective.GoodOrBad(1), Shifted.plan(2), SEED).create();
    good.parameters().assign(first);
    double expected = (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(bad))) / 2;
    assertThat(good.step(row)).isCloseTo(expected, within(1e-5));
    assertThat(new Objective.GoodOrBad(1).loss(2, new double[] {bad}))
        .isCloseTo(expected, within(1e-12));
    assertThat(new Objective.MaxMargin(2, 1).loss(2, new double[] {0.5, 3}))
        .isCloseTo((0 + 2) / 2.0, within(1e-12));
  }

  @Test
  void aMinibatchWithNothingToCorruptChangesNothingButTheCounter() {
    ScoreLearner learner = learner(new Objective.MaxMargin(1, 1));
    ScoreLearner other = learner(new Objective.MaxMargin(1, 1));
    learner.counters(0, 0);
    other.counters(1, 0);
    INDArray before = learner.parameters().dup();
    assertThat(learner.step(minibatch(new float[] {0, 1}))).isZero();
    assertThat(learner.parameters()).isEqualTo(before);

    learner.step(minibatch(ROWS));
    other.step(minibatch(ROWS));
    assertThat(learner.parameters()).isEqualTo(other.parameters());
  }

  @Test
  void theSavedNetworkIsStock() {
    assertThat(
            new ScoreLearnerSpec(
                    NetworkConfiguration.of(network(new LossMSE(), Activation.IDENTITY)),
                    new Objective.MaxMargin(1, 1),
                    Shifted.plan(2),
                    SEED)
                .network()
                .json())
        .doesNotContain("dev.strata");
  }
}
