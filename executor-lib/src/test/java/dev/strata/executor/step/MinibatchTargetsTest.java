package dev.strata.executor.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Label smoothing and mixup against their equations. */
class MinibatchTargetsTest {
  private static final INDArray[] NONE = {};

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** Row i has the inputs i and i², and of three classes the class i modulo 3. */
  private static Minibatch minibatch(int rows, boolean weighted) {
    INDArray inputs = Nd4j.create(DataType.FLOAT, rows, 2);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, 3);
    INDArray weights = Nd4j.create(DataType.FLOAT, rows, 1);
    for (int i = 0; i < rows; i++) {
      inputs.putScalar(i, 0, i);
      inputs.putScalar(i, 1, i * i);
      labels.putScalar(i, i % 3, 1);
      weights.putScalar(i, 0, 1 + i);
    }
    return new Minibatch(
        rows,
        new INDArray[] {inputs},
        new INDArray[] {labels},
        NONE,
        weighted ? Optional.of(weights) : Optional.empty());
  }

  private static Minibatch targets(TargetSettings settings, Minibatch minibatch) {
    return new MinibatchTargets(settings).of(minibatch);
  }

  @Test
  void smoothedLabelsAreMixedWithTheUniformDistribution() {
    Minibatch plain = minibatch(4, false);
    Minibatch smooth = targets(new TargetSettings(0.3, 0), plain);
    assertThat(smooth.inputs()).isSameAs(plain.inputs());
    for (int row = 0; row < 4; row++) {
      for (int k = 0; k < 3; k++) {
        double expected = k == row % 3 ? 0.7 + 0.1 : 0.1;
        assertThat(smooth.labels()[0].getDouble(row, k)).isCloseTo(expected, within(1e-7));
      }
    }
    assertThat(plain.labels()[0].getDouble(0, 0)).as("the reader's array").isEqualTo(1);
  }

  @Test
  void withoutEitherTheMinibatchIsTheSame() {
    Minibatch plain = minibatch(4, true);
    assertThat(targets(TargetSettings.NONE, plain)).isSameAs(plain);
  }

  /** λ and the partner of each row follow from the mixed inputs; the labels must agree. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mixedRowsAreBetweenARowAndItsPartner(boolean weighted) {
    Minibatch plain = minibatch(9, weighted);
    Nd4j.getRandom().setSeed(4);
    Minibatch mixed = targets(new TargetSettings(0, 1), plain);
    double lambda = lambda(mixed);
    assertThat(lambda).isBetween(0.05, 0.95);
    Set<Integer> partners = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      int j = (int) Math.round((mixed.inputs()[0].getDouble(i, 0) - lambda * i) / (1 - lambda));
      partners.add(j);
      assertThat(mixed.inputs()[0].getDouble(i, 1))
          .isCloseTo(lambda * i * i + (1 - lambda) * j * j, within(1e-4));
      double first = weighted ? 1 + i : 1;
      double second = weighted ? 1 + j : 1;
      double weight = lambda * first + (1 - lambda) * second;
      if (weighted) {
        assertThat(mixed.weights().orElseThrow().getDouble(i)).isCloseTo(weight, within(1e-5));
      }
      for (int k = 0; k < 3; k++) {
        double expected =
            (lambda * first * (k == i % 3 ? 1 : 0) + (1 - lambda) * second * (k == j % 3 ? 1 : 0))
                / weight;
        assertThat(mixed.labels()[0].getDouble(i, k)).isCloseTo(expected, within(1e-5));
      }
    }
    assertThat(partners).as("a permutation").hasSize(9).allMatch(j -> j >= 0 && j < 9);
  }

  /** From a row that was mixed with another. */
  private static double lambda(Minibatch mixed) {
    // x = λ i + (1 − λ) j and s = λ i² + (1 − λ) j² of a row with i ≠ j: j = (s − i x) / (x − i).
    for (int i = 0; i < mixed.rows(); i++) {
      double x = mixed.inputs()[0].getDouble(i, 0);
      double s = mixed.inputs()[0].getDouble(i, 1);
      if (Math.abs(x - i) > 0.01) {
        double j = (s - i * x) / (x - i);
        return (x - j) / (i - j);
      }
    }
    throw new AssertionError("no row was mixed");
  }

  @Test
  void theSameSeedMixesAlikeAndAnotherOtherwise() {
    TargetSettings settings = new TargetSettings(0.1, 0.4);
    Nd4j.getRandom().setSeed(11);
    Minibatch first = targets(settings, minibatch(8, false));
    Nd4j.getRandom().setSeed(11);
    Minibatch again = targets(settings, minibatch(8, false));
    Nd4j.getRandom().setSeed(12);
    Minibatch other = targets(settings, minibatch(8, false));
    assertThat(again.inputs()[0].toFloatMatrix()).isDeepEqualTo(first.inputs()[0].toFloatMatrix());
    assertThat(again.labels()[0].toFloatMatrix()).isDeepEqualTo(first.labels()[0].toFloatMatrix());
    assertThat(other.inputs()[0].equals(first.inputs()[0])).isFalse();
  }

  @Test
  void imagesAreMixedInTheirShape() {
    INDArray images = Nd4j.linspace(0, 1, 24, DataType.FLOAT).reshape('c', 2, 3, 2, 2);
    Minibatch plain =
        new Minibatch(
            2,
            new INDArray[] {images},
            new INDArray[] {Nd4j.eye(2).castTo(DataType.FLOAT)},
            NONE,
            Optional.empty());
    Nd4j.getRandom().setSeed(1);
    Minibatch mixed = targets(new TargetSettings(0, 5), plain);
    assertThat(mixed.inputs()[0].shape()).containsExactly(2, 3, 2, 2);
    double lambda = mixed.labels()[0].getDouble(0, 0);
    INDArray rows = images.reshape('c', 2, 12);
    INDArray expected = rows.getRow(0).mul(lambda).add(rows.getRow(1).mul(1 - lambda));
    INDArray found = mixed.inputs()[0].reshape('c', 2, 12).getRow(0);
    assertThat(found.equalsWithEps(expected, 1e-5)).isTrue();
  }

  private static NetworkConfiguration network(int words, LayerSettings... layers) {
    return NetworkBuilder.build(
        NetworkSettings.of(List.of(layers), UpdaterSettings.of("sgd", 0.1)),
        Optional.empty(),
        new NetworkInput(2, words),
        OutputTask.classes(3),
        3);
  }

  /** A learner's step on labels that were smoothed before is the same step. */
  @Test
  void aLearnerTrainsOnTheSmoothedLabels() {
    NetworkConfiguration network =
        network(0, LayerSettings.dense(4, "tanh"), LayerSettings.output());
    TargetSettings settings = new TargetSettings(0.2, 0);
    StepSettings step = new StepSettings(settings, ClippingSettings.none());
    NetworkLearner smoothing = new NetworkLearnerSpec(network, step).create();
    NetworkLearner plain = new NetworkLearnerSpec(network).create();
    Minibatch rows = minibatch(6, true);
    rows.inputs()[0].divi(10);
    double loss = smoothing.step(rows);
    assertThat(plain.step(targets(settings, rows))).isEqualTo(loss);
    assertThat(smoothing.parameters()).isEqualTo(plain.parameters());
    assertThat(plain.step(rows)).isNotEqualTo(loss);
  }

  /** Mixup's gradient is λ times that of the rows' own labels and 1 − λ times the partners'. */
  @Test
  void theLossOfMixedLabelsIsTheMixedLoss() {
    NetworkConfiguration network =
        network(0, LayerSettings.dense(4, "tanh"), LayerSettings.output());
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(DataType.DOUBLE);
    Minibatch plain = minibatch(2, false);
    INDArray x = plain.inputs()[0].castTo(DataType.DOUBLE);
    INDArray y = plain.labels()[0].castTo(DataType.DOUBLE);
    INDArray others = Nd4j.pullRows(y, 1, new int[] {1, 0}, 'c');
    INDArray mixed = y.mul(0.7).add(others.mul(0.3));
    INDArray expected = gradient(model, x, y).mul(0.7).add(gradient(model, x, others).mul(0.3));
    assertThat(gradient(model, x, mixed).equalsWithEps(expected, 1e-12)).isTrue();
  }

  private static INDArray gradient(MultiLayerNetwork model, INDArray x, INDArray y) {
    model.setInput(x);
    model.setLabels(y);
    model.computeGradientAndScore();
    return model.gradient().gradient().dup();
  }

  @Test
  void sequencesAreNotMixed() {
    StepSettings step = new StepSettings(new TargetSettings(0, 0.2), ClippingSettings.none());
    NetworkConfiguration words =
        network(
            7, LayerSettings.embedding(3), LayerSettings.pooling("mean"), LayerSettings.output());
    assertThatThrownBy(() -> new NetworkLearnerSpec(words, step).create())
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("training.mixup")
        .hasMessageContaining("sequences");
    Minibatch masked =
        new Minibatch(
            2,
            minibatch(2, false).inputs(),
            minibatch(2, false).labels(),
            new INDArray[] {Nd4j.ones(2, 1)},
            Optional.empty());
    assertThatThrownBy(() -> targets(step.targets(), masked))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("mask");
  }
}
