package dev.strata.executor.unlabelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** In float64, of all parameters of a network, against central differences of the loss by hand. */
class UnlabelledGradientTest {
  private static final double WEIGHT = 0.7;
  private static final double STEP = 1e-5;

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static UnlabelledLearner learner(Method method) {
    // At a rate of 1 a step of plain SGD subtracts the gradient itself.
    return Small.spec(Small.network(new Sgd(1), 0), Small.loss(method, WEIGHT, 0.4))
        .create(DataType.DOUBLE);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void aStepFollowsTheGradientOfTheWholeLoss(Method method) {
    Minibatch rows = Small.minibatch(DataType.DOUBLE);
    UnlabelledLearner learner = learner(method);
    // One step before, so that the mean of the parameters is not the parameters.
    learner.counters(0, 0);
    learner.step(rows);
    learner.counters(1, 0);
    INDArray before = learner.parameters().dup();
    if (method == Method.MEAN_TEACHER) {
      // What the step itself does first: the mean is taken from the state.
      INDArray state = learner.optimizerState();
      state.muli(0.9);
    }
    UnlabelledLearner twin = learner(method);
    twin.parameters().assign(before);
    if (method == Method.MEAN_TEACHER) {
      twin.optimizerState().assign(learner.optimizerState());
    }
    twin.counters(1, 0);
    twin.step(rows);
    INDArray found = before.sub(twin.parameters());

    Targets.Guess guess = guess(learner, rows);
    MultiLayerNetwork network =
        (MultiLayerNetwork) Small.network(new Sgd(1), 0).newModel(DataType.DOUBLE);
    double[] expected = new double[(int) before.length()];
    for (int i = 0; i < expected.length; i++) {
      double above = loss(network, moved(before, i, STEP), rows, guess, method);
      double below = loss(network, moved(before, i, -STEP), rows, guess, method);
      expected[i] = (above - below) / (2 * STEP);
    }
    assertThat(found.toDoubleVector()).containsExactly(expected, within(1e-8));
    assertThat(found.norm2Number().doubleValue()).isGreaterThan(0.05);
    double score = loss(network, before, rows, guess, method);
    learner.parameters().assign(before);
    learner.counters(1, 0);
    assertThat(learner.step(rows)).isCloseTo(score, within(1e-10));
  }

  /** The targets of the next step, the mean of the parameters loaded. */
  private static Targets.Guess guess(UnlabelledLearner learner, Minibatch rows) {
    Targets.Guess guess = learner.begun(rows);
    return new Targets.Guess(
        guess.inputs().dup(),
        guess.labels().dup(),
        guess.weights() == null ? null : guess.weights().dup());
  }

  private static INDArray moved(INDArray parameters, int at, double by) {
    INDArray moved = parameters.dup();
    moved.putScalar(at, moved.getDouble(at) + by);
    return moved;
  }

  /** Mean over labelled rows, plus weight times mean over the others, plus regularization. */
  private static double loss(
      MultiLayerNetwork network,
      INDArray parameters,
      Minibatch rows,
      Targets.Guess guess,
      Method method) {
    network.params().assign(parameters);
    INDArray q = network.output(rows.inputs()[0]);
    double labelled = 0;
    for (int i = 0; i < q.rows(); i++) {
      labelled -= Math.log(q.getDouble(i, rows.labels()[0].getRow(i).argMax().getInt(0)));
    }
    INDArray guessed = network.output(guess.inputs());
    double others = 0;
    for (int i = 0; i < guessed.rows(); i++) {
      double used = guess.weights() == null ? 1 : guess.weights().getDouble(i);
      for (int k = 0; k < Small.CLASSES; k++) {
        double p = guess.labels().getDouble(i, k);
        double own = guessed.getDouble(i, k);
        others +=
            used * (method.squares() ? (own - p) * (own - p) / Small.CLASSES : -p * Math.log(own));
      }
    }
    return labelled / q.rows()
        + WEIGHT * others / guessed.rows()
        + network.calcRegularizationScore(true);
  }

  /** Of KL(p ‖ q) with regard to the rows, and that KL grows most in that direction. */
  @Test
  void theDirectionIsTheGradientWithRegardToTheInputs() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) Small.network(new Sgd(1), 0).newModel(DataType.DOUBLE);
    UnlabelledLoss.Adversarial settings = new UnlabelledLoss.Adversarial(0.1, 1e-3, 8);
    AdversarialRows adversarial = new AdversarialRows(network, settings, 5);
    INDArray rows = JointRows.unlabelled(Small.minibatch(DataType.DOUBLE));
    INDArray p = network.output(rows);
    INDArray at = rows.add(0.2);
    INDArray gradient = adversarial.gradient(at, p);
    for (int i = 0; i < rows.length(); i++) {
      double difference = divergence(network, p, moved(at, i, STEP)).sumNumber().doubleValue();
      difference -= divergence(network, p, moved(at, i, -STEP)).sumNumber().doubleValue();
      assertThat(gradient.getDouble(i)).isCloseTo(difference / (2 * STEP), within(1e-8));
    }
    long[] numbers = {1, 2, 3, 4, 5, 6};
    Targets.Guess guess = adversarial.of(rows, numbers, 0);
    INDArray worst = divergence(network, p, guess.inputs());
    for (int i = 0; i < rows.rows(); i++) {
      assertThat(guess.inputs().getRow(i).distance2(rows.getRow(i))).isCloseTo(0.1, within(1e-12));
    }
    Nd4j.getRandom().setSeed(1);
    for (int draw = 0; draw < 6; draw++) {
      INDArray other = Nd4j.randn(DataType.DOUBLE, rows.shape());
      other.diviColumnVector(other.norm2(1).reshape(rows.rows(), 1)).muli(0.1);
      INDArray random = divergence(network, p, rows.add(other));
      for (int i = 0; i < rows.rows(); i++) {
        assertThat(random.getDouble(i)).isLessThan(worst.getDouble(i) * 1.1);
      }
    }
  }

  /** KL(p ‖ q) of each row. */
  private static INDArray divergence(MultiLayerNetwork network, INDArray p, INDArray inputs) {
    INDArray q = network.output(inputs);
    INDArray kl = Nd4j.create(DataType.DOUBLE, p.rows());
    for (int i = 0; i < p.rows(); i++) {
      double sum = 0;
      for (int k = 0; k < Small.CLASSES; k++) {
        sum += p.getDouble(i, k) * Math.log(p.getDouble(i, k) / q.getDouble(i, k));
      }
      kl.putScalar(i, sum);
    }
    return kl;
  }
}
