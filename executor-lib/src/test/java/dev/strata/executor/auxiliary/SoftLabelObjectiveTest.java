package dev.strata.executor.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepSettings;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SoftLabelObjectiveTest {
  private static final long SEED = 5;

  /** The second row cannot be corrupted. */
  private static final float[][] ROWS = {{1, 2}, {0, -1}, {-2, 0.5f}};

  private static final float[][] LABELS = {{0.25f, 0.75f}, {0.5f, 0.5f}, {1, 0}};

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static Minibatch minibatch() {
    return new Minibatch(
        ROWS.length,
        new INDArray[] {Nd4j.createFromArray(ROWS)},
        new INDArray[] {Nd4j.createFromArray(LABELS)},
        new INDArray[0],
        Optional.empty());
  }

  private static Minibatch examples(int copies) {
    CorruptedGroups groups = new CorruptedGroups(Shifted.plan(2), SEED, copies);
    return new SoftLabelObjective(copies, true).examples().of(groups.of(minibatch(), 0));
  }

  @Test
  void copiesHaveTheLabelsOfTheirRows() {
    Minibatch made = examples(2);
    assertThat(made.rows()).isEqualTo(6);
    assertThat(made.labels()[0].toFloatMatrix())
        .isDeepEqualTo(
            new float[][] {LABELS[0], LABELS[0], LABELS[0], LABELS[2], LABELS[2], LABELS[2]});
    assertThat(made.inputs()[0].getRow(0).toFloatVector()).isEqualTo(ROWS[0]);
    assertThat(made.inputs()[0].getRow(1).toFloatVector()).isNotEqualTo(ROWS[0]);
    assertThat(made.inputs()[0].getRow(3).toFloatVector()).isEqualTo(ROWS[2]);
  }

  @Test
  void withoutCopiesEveryRowIsLearnedAsItIs() {
    Minibatch made = examples(0);
    assertThat(made.inputs()[0].toFloatMatrix()).isDeepEqualTo(ROWS);
    assertThat(made.labels()[0].toFloatMatrix()).isDeepEqualTo(LABELS);
  }

  /** But for rounding. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aStepIsDl4jsOwnWithTheTeachersLabels(int copies) {
    MultiLayerNetwork plain =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .list(
                    new DenseLayer.Builder().nIn(2).nOut(3).activation(Activation.TANH).build(),
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    plain.init();
    CopyLearner learner =
        new CopyLearnerSpec(
                NetworkConfiguration.of(plain),
                StepSettings.STOCK,
                new SoftLabelObjective(copies, true),
                Shifted.plan(2),
                SEED)
            .create();
    for (int step = 0; step < 3; step++) {
      learner.counters(step, 0);
      double loss = learner.step(minibatch());
      Minibatch made = examples(copies);
      plain.setIterationCount(step);
      plain.fit(made.inputs()[0], made.labels()[0]);
      assertThat(loss).isCloseTo(plain.score(), within(1e-6));
    }
    assertThat(learner.parameters().distance2(plain.params())).isLessThan(1e-4);
  }

  @Test
  void distributionsAreMeasuredByCrossEntropyAndAgreement() {
    INDArray outputs = Nd4j.createFromArray(new float[][] {{0.5f, 0.5f}, {0.25f, 0.75f}, {0, 1}});
    SoftLabelObjective objective = new SoftLabelObjective(1, true);
    double[] sums = new double[objective.sums()];
    objective.measure(outputs, Nd4j.createFromArray(LABELS), sums);
    Map<String, Double> metrics = objective.metrics(sums, 3);
    double loss = Math.log(2) - 0.5 * Math.log(0.25) - 0.5 * Math.log(0.75) - Math.log(1e-10);
    assertThat(metrics.get("loss")).isCloseTo(loss / 3, within(1e-7));
    // The first of equal probabilities counts as the highest: no row agrees.
    assertThat(metrics).containsEntry("agreement", 0.0).hasSize(2);
  }

  @Test
  void valuesAreMeasuredByTheirSquaredError() {
    SoftLabelObjective objective = new SoftLabelObjective(1, false);
    double[] sums = new double[objective.sums()];
    objective.measure(
        Nd4j.createFromArray(new float[][] {{1, 2}, {0, 0}}),
        Nd4j.createFromArray(new float[][] {{2, 4}, {0, 1}}),
        sums);
    assertThat(objective.metrics(sums, 2)).isEqualTo(Map.of("loss", (5 + 1) / 2.0 / 2));
  }

  @Test
  void rowsAreMeasuredWithoutCopies() {
    assertThat(new SoftLabelObjective(3, true).measured())
        .isEqualTo(new SoftLabelObjective(0, true));
    assertThat(new ContrastiveObjective(1).measured()).isEqualTo(new ContrastiveObjective(1));
  }
}
