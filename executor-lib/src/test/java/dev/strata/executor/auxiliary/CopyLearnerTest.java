package dev.strata.executor.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.loss.InfoNceLoss;
import dev.strata.executor.loss.MaskEstimationLoss;
import dev.strata.executor.loss.MaxMarginLoss;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepSettings;
import java.util.List;
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

class CopyLearnerTest {
  private static final long SEED = 5;
  private static final float[][] ROWS = {{1, 2}, {3, -1}, {-2, 0.5f}};

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static MultiLayerNetwork network(ILossFunction loss, Activation top) {
    return network(loss, top, 1);
  }

  private static MultiLayerNetwork network(ILossFunction loss, Activation top, int outputs) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .list(
                    new DenseLayer.Builder().nIn(2).nOut(3).activation(Activation.TANH).build(),
                    new OutputLayer.Builder(loss).nIn(3).nOut(outputs).activation(top).build())
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

  private static CopyLearner learner(Objective objective, int outputs) {
    NetworkConfiguration saved =
        NetworkConfiguration.of(network(new LossMSE(), Activation.IDENTITY, outputs));
    return new CopyLearnerSpec(saved, StepSettings.STOCK, objective, Shifted.plan(2), SEED)
        .create();
  }

  private static INDArray groups(int epoch, int copies) {
    return new CorruptedGroups(Shifted.plan(2), SEED, copies).of(minibatch(ROWS), epoch).rows();
  }

  /** Each step is DL4J's own on the rows and labels that the objective makes of the groups. */
  private static void sameAsFit(Objective objective, MultiLayerNetwork plain) {
    int outputs = Math.toIntExact(plain.layerSize(1));
    CopyLearner learner = learner(objective, outputs);
    for (int step = 0; step < 3; step++) {
      learner.counters(step, step);
      double loss = learner.step(minibatch(ROWS));
      INDArray rows = groups(step, objective.copies());
      Minibatch made = objective.examples().of(new CorruptedGroups.Groups(rows, ROWS.length, 0));
      plain.setIterationCount(step);
      plain.setEpochCount(step);
      INDArray labels = made.labels()[0];
      INDArray targets = labels.size(1) == outputs ? labels : Nd4j.zeros(labels.size(0), outputs);
      plain.fit(made.inputs()[0], targets);
      assertThat(loss).isCloseTo(plain.score(), within(1e-6));
    }
    assertThat(learner.parameters().equalsWithEps(plain.params(), 1e-6)).isTrue();
  }

  @Test
  void rowsAreLabelledGoodAndTheirCopiesBad() {
    Minibatch made =
        new ScoreObjective.GoodOrBad(2)
            .examples()
            .of(new CorruptedGroups.Groups(groups(0, 2), ROWS.length, 0));
    assertThat(made.rows()).isEqualTo(9);
    assertThat(made.labels()[0].toFloatVector()).containsExactly(1, 0, 0, 1, 0, 0, 1, 0, 0);
  }

  /** Dense layers leave the short way where labels do not have the output's shape. */
  @Test
  void contrastiveMakesLabelsAsWideAsTheOutput() {
    Minibatch made =
        new ContrastiveObjective(0.5)
            .examples(4)
            .of(new CorruptedGroups.Groups(groups(0, 1), ROWS.length, 0));
    assertThat(made.labels()[0].shape()).containsExactly(2L * ROWS.length, 4);
  }

  @Test
  void contrastiveIsDl4jsOwnTrainingWithThatLoss() {
    sameAsFit(new ContrastiveObjective(0.5), network(new InfoNceLoss(0.5), Activation.IDENTITY, 4));
  }

  @Test
  void maskEstimationIsDl4jsOwnTrainingWithThatLoss() {
    List<ColumnSpan> columns = List.of(new ColumnSpan(0, 1, false), new ColumnSpan(1, 1, false));
    sameAsFit(
        new MaskObjective(columns, 2, 2),
        network(new MaskEstimationLoss(columns, 2), Activation.IDENTITY, 4));
  }

  @Test
  void goodOrBadIsDl4jsOwnTrainingOfASigmoid() {
    sameAsFit(new ScoreObjective.GoodOrBad(2), network(new LossBinaryXENT(), Activation.SIGMOID));
  }

  @Test
  void maxMarginIsDl4jsOwnTrainingWithThatLoss() {
    sameAsFit(
        new ScoreObjective.MaxMargin(1, 0.5),
        network(new MaxMarginLoss(0.5, 1), Activation.IDENTITY));
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

    CopyLearner margin =
        new CopyLearnerSpec(
                saved,
                StepSettings.STOCK,
                new ScoreObjective.MaxMargin(1, 1),
                Shifted.plan(2),
                SEED)
            .create();
    margin.parameters().assign(first);
    assertThat(margin.step(row)).isCloseTo(1 - 2 + bad, within(1e-5));
    // The loss falls by rate × 1 for the good row and by rate × bad for the bad one, in x₀ alone.
    assertThat(margin.parameters().getDouble(0)).isCloseTo(1 + 0.1 * (2 - bad), within(1e-5));
    assertThat(margin.parameters().getDouble(1)).isCloseTo(0, within(1e-5));

    CopyLearner good =
        new CopyLearnerSpec(
                saved, StepSettings.STOCK, new ScoreObjective.GoodOrBad(1), Shifted.plan(2), SEED)
            .create();
    good.parameters().assign(first);
    double expected = (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(bad))) / 2;
    assertThat(good.step(row)).isCloseTo(expected, within(1e-5));
    assertThat(new ScoreObjective.GoodOrBad(1).loss(2, new double[] {bad}))
        .isCloseTo(expected, within(1e-12));
    assertThat(new ScoreObjective.MaxMargin(2, 1).loss(2, new double[] {0.5, 3}))
        .isCloseTo((0 + 2) / 2.0, within(1e-12));
  }

  @Test
  void aMinibatchWithNothingToCorruptChangesNothingButTheCounter() {
    CopyLearner learner = learner(new ScoreObjective.MaxMargin(1, 1), 1);
    CopyLearner other = learner(new ScoreObjective.MaxMargin(1, 1), 1);
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
            new CopyLearnerSpec(
                    NetworkConfiguration.of(network(new LossMSE(), Activation.IDENTITY)),
                    StepSettings.STOCK,
                    new ScoreObjective.MaxMargin(1, 1),
                    Shifted.plan(2),
                    SEED)
                .network()
                .json())
        .doesNotContain("dev.strata");
  }
}
