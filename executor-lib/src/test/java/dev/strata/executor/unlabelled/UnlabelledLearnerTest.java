package dev.strata.executor.unlabelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.augmentation.AugmentedRows;
import dev.strata.executor.corruption.Amount;
import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.MaskColumn;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.corruption.TableColumn;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import dev.strata.executor.unlabelled.UnlabelledLoss.Ramp;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class UnlabelledLearnerTest {
  private static final Minibatch ROWS = Small.minibatch(DataType.FLOAT);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static UnlabelledLearner learner(Method method, double weight, double dropout) {
    return Small.spec(Small.network(new Adam(0.01), dropout), Small.loss(method, weight, 0.4))
        .create();
  }

  private static void step(UnlabelledLearner learner, int iteration) {
    Nd4j.getRandom().setSeed(100 + iteration);
    learner.counters(iteration, 0);
    learner.step(ROWS);
  }

  /** Before the ramp begins, a step with dropout is that of plain training. */
  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"PSEUDO_LABEL", "FIX_MATCH", "VIRTUAL_ADVERSARIAL"})
  void withoutWeightAStepIsPlainTrainingBitForBit(Method method) {
    NetworkConfiguration network = Small.network(new Adam(0.01), 0.3);
    UnlabelledLoss late =
        new UnlabelledLoss(
            method, 1, new Ramp(1, 2), 0.4, 0.9, new UnlabelledLoss.Adversarial(1, 0.1, 1));
    UnlabelledLearner learner = Small.spec(network, late).create();
    NetworkLearner plain = new NetworkLearnerSpec(network).create();
    for (int i = 0; i < 6; i++) {
      Nd4j.getRandom().setSeed(100 + i);
      plain.counters(i, 0);
      plain.step(JointRows.labelled(ROWS));
      step(learner, i);
      // Steps 0 to 4 are up to the end of the first epoch, of four steps.
      boolean same = learner.parameters().equalsWithEps(plain.parameters(), 0);
      assertThat(same).as("step %d", i).isEqualTo(i <= 4);
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void aStepIsAFunctionOfStateRowsAndCounters(Method method) {
    UnlabelledLearner learner = learner(method, 1, 0.3);
    for (int i = 0; i < 3; i++) {
      step(learner, i);
    }
    UnlabelledLearner other = learner(method, 1, 0.3);
    other.parameters().assign(learner.parameters());
    other.optimizerState().assign(learner.optimizerState());
    step(learner, 3);
    step(other, 3);
    assertThat(other.parameters()).isEqualTo(learner.parameters());
    assertThat(other.optimizerState()).isEqualTo(learner.optimizerState());
    assertThat(other.localState()).isEmpty();
    assertThat(other.layout().optimizerState()).isEqualTo(other.optimizerState().length());
  }

  @Test
  void pseudoLabelsAreTheMostProbableClassWhereItIsProbableEnough() {
    INDArray given = Nd4j.createFromArray(new float[][] {{0.2f, 0.5f, 0.3f}, {0.7f, 0.2f, 0.1f}});
    Targets.Guess guess = new PseudoLabels(rows -> given, 0.6).of(given, new long[2], 0);
    assertThat(guess.inputs()).isSameAs(given);
    assertThat(guess.labels().toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 1, 0}, {1, 0, 0}});
    assertThat(guess.weights().toFloatMatrix()).isDeepEqualTo(new float[][] {{0}, {1}});
  }

  /** fix-match: the label is that of the row, the network sees the copy. */
  @Test
  void aCopyHasTheLabelOfItsRow() {
    INDArray rows = Nd4j.createFromArray(new float[][] {{0.2f, 0.8f}, {0.9f, 0.1f}});
    Corruption swap =
        (row, random) -> {
          float first = row[0];
          row[0] = row[1];
          row[1] = first;
          return true;
        };
    Targets.Guess guess =
        new PseudoLabels(own -> own, 0.85)
            .ofCopies(new AugmentedRows(swap, 3))
            .of(rows, new long[] {5, 6}, 0);
    assertThat(guess.labels().toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 1}, {1, 0}});
    assertThat(guess.weights().toFloatMatrix()).isDeepEqualTo(new float[][] {{0}, {1}});
    assertThat(guess.inputs().toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0.8f, 0.2f}, {0.1f, 0.9f}});
    assertThat(rows.toFloatMatrix()).isDeepEqualTo(new float[][] {{0.2f, 0.8f}, {0.9f, 0.1f}});
  }

  @Test
  void theRampIsLees() {
    Ramp ramp = new Ramp(1, 3);
    assertThat(List.of(ramp.at(0), ramp.at(1), ramp.at(1.5), ramp.at(2), ramp.at(3), ramp.at(9)))
        .containsExactly(0.0, 0.0, 0.25, 0.5, 1.0, 1.0);
    assertThat(new Ramp(0, 0).at(0)).isEqualTo(1);
  }

  @Test
  void theTeacherIsTheMeanOfTheParametersBehindTheOptimizersState() {
    UnlabelledLearner learner = learner(Method.MEAN_TEACHER, 1, 0);
    int parameters = (int) learner.parameters().length();
    int own = (int) learner.network().layout().optimizerState();
    assertThat(learner.layout().optimizerState()).isEqualTo(own + parameters);
    double[] mean = new double[parameters];
    for (int i = 0; i < 20; i++) {
      step(learner, i);
      // 0, 1/2, 2/3 … up to the decay.
      double alpha = Math.min(0.9, 1 - 1.0 / (i + 1));
      float[] now = learner.parameters().toFloatVector();
      float[] state = learner.optimizerState().toFloatVector();
      for (int j = 0; j < parameters; j++) {
        mean[j] = alpha * mean[j] + (1 - alpha) * now[j];
        assertThat(state[own + j]).isCloseTo((float) mean[j], within(1e-5f));
      }
      INDArray optimizer = learner.network().optimizerState();
      assertThat(IntStream.range(0, own).mapToObj(j -> state[j]))
          .containsExactlyElementsOf(
              IntStream.range(0, own).mapToObj(optimizer::getFloat).toList());
    }
  }

  @Test
  void copiesAreCorruptedByRowAndStepAndTheTargetIsOfTheRowItself() {
    List<TableColumn> columns =
        IntStream.range(0, Small.INPUTS)
            .mapToObj(i -> new TableColumn("c" + i, false, i, 1, new float[0], new long[0]))
            .toList();
    CorruptionPlan plan =
        new CorruptionPlan(
            "fine-tune.unlabelled.corruption",
            List.of(new MaskColumn(Amount.count(2), 9)),
            RowFacts.ofTable(Small.INPUTS, columns));
    UnlabelledSpec without =
        Small.spec(Small.network(new Sgd(0.1), 0), Small.loss(Method.CONSISTENCY, 1, 0));
    UnlabelledSpec spec = UnlabelledSpecBuilder.builder(without).corruption(plan).build();
    UnlabelledLearner learner = spec.create();
    INDArray rows = JointRows.unlabelled(ROWS);
    float[][] first = guess(learner, ROWS, 3).inputs().toFloatMatrix();
    float[][] again = guess(learner, ROWS, 3).inputs().toFloatMatrix();
    float[][] later = guess(learner, ROWS, 4).inputs().toFloatMatrix();
    assertThat(again).isDeepEqualTo(first);
    assertThat(later).isNotEqualTo(first);
    for (int i = 0; i < first.length; i++) {
      int masked = 0;
      for (int j = 0; j < Small.INPUTS; j++) {
        boolean as = first[i][j] == rows.getFloat(i, j);
        masked += as ? 0 : 1;
        assertThat(as || first[i][j] == 9).isTrue();
      }
      assertThat(masked).isEqualTo(2);
    }
    MultiLayerNetwork network = (MultiLayerNetwork) learner.network().model();
    assertThat(guess(learner, ROWS, 3).labels().equalsWithEps(network.output(rows), 1e-6)).isTrue();
  }

  private static Targets.Guess guess(UnlabelledLearner learner, Minibatch rows, long iteration) {
    learner.counters(iteration, 0);
    return learner.begun(rows);
  }

  @Test
  void anOutputWithoutProbabilitiesIsRefused() {
    MultiLayerNetwork values =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new OutputLayer.Builder(new LossMSE())
                        .nIn(4)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    values.init();
    UnlabelledSpec spec =
        Small.spec(NetworkConfiguration.of(values), Small.loss(Method.CONSISTENCY, 1, 0));
    assertThatThrownBy(spec::create)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("softmax and loss cross-entropy");
  }
}
