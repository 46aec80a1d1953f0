package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StatisticsTest {
  private static final int INPUTS = TestRbms.INPUTS;
  private static final int UNITS = TestRbms.UNITS;
  private static final int ROWS = 40;
  private static final int CHAINS = 25;

  @BeforeEach
  void oneThread() {
    BlasThreads.single();
  }

  /** ∂W = cov(chains) - cov(rows), around the same means, in plain loops. */
  @Test
  void weightsGetTheDifferenceOfCovariances() {
    double[][] v = random(ROWS, INPUTS, 1);
    double[][] h = random(ROWS, UNITS, 2);
    double[][] chainV = random(CHAINS, INPUTS, 3);
    double[][] chainH = random(CHAINS, UNITS, 4);
    double[] mu = halfway(v, chainV);
    double[] lambda = halfway(h, chainH);
    RbmParameters gradient = new RbmParameters(INPUTS, UNITS, DataType.DOUBLE);
    double[][] expected = new double[INPUTS][UNITS];
    for (int i = 0; i < INPUTS; i++) {
      for (int j = 0; j < UNITS; j++) {
        expected[i][j] =
            product(chainV, chainH, i, j, mu[i], lambda[j]) - product(v, h, i, j, mu[i], lambda[j]);
      }
    }
    double[] b = difference(chainH, h);
    double[] c = difference(chainV, v);

    new Statistics(true).write(gradient, sides(v, h), sides(chainV, chainH)).write();

    for (int i = 0; i < INPUTS; i++) {
      for (int j = 0; j < UNITS; j++) {
        assertThat(gradient.weights().getDouble(i, j)).isCloseTo(expected[i][j], within(1e-12));
        b[j] -= mu[i] * expected[i][j];
        c[i] -= lambda[j] * expected[i][j];
      }
    }
    assertThat(gradient.hiddenBias().toDoubleVector()).containsExactly(b, within(1e-12));
    assertThat(gradient.visibleBias().toDoubleVector()).containsExactly(c, within(1e-12));
  }

  /** Some units given as 1 - v: the machine that matches gets the step that matches. */
  @Test
  void aStepDoesNotDependOnWhatIsCalledZero() {
    double[][] rows = TestRbms.rows(ROWS, false);
    double[][] flipped = new double[ROWS][INPUTS];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < INPUTS; i++) {
        flipped[r][i] = flips(i) ? 1 - rows[r][i] : rows[r][i];
      }
    }
    RbmParameters machine = machine();
    RbmParameters matching = matching(machine);

    assertClose(matching(stepped(machine, rows, true)), stepped(matching, flipped, true), 1e-9);
    INDArray plain = matching(stepped(machine, rows, false)).flat();
    assertThat(plain.distance2(stepped(matching, flipped, false).flat())).isGreaterThan(0.01);
  }

  private static boolean flips(int input) {
    return input % 2 == 0;
  }

  private static RbmParameters machine() {
    RbmParameters machine = new RbmParameters(INPUTS, UNITS, DataType.DOUBLE);
    SplittableRandom random = new SplittableRandom(9);
    for (long i = 0; i < machine.flat().length(); i++) {
      machine.flat().putScalar(i, 0.5 * random.nextGaussian());
    }
    return machine;
  }

  /** Of 1 - v for some v: W → -W, b → b + W, c → -c. */
  private static RbmParameters matching(RbmParameters machine) {
    RbmParameters other = new RbmParameters(INPUTS, UNITS, DataType.DOUBLE);
    other.flat().assign(machine.flat());
    for (int i = 0; i < INPUTS; i++) {
      if (flips(i)) {
        other.hiddenBias().addi(machine.weights().getRow(i).reshape(1, UNITS));
        other.weights().getRow(i).negi();
        other.visibleBias().putScalar(i, -machine.visibleBias().getDouble(i));
      }
    }
    return other;
  }

  private static RbmParameters stepped(RbmParameters from, double[][] rows, boolean centered) {
    RbmSettings settings =
        new RbmSettings("binary", "binary", 1, false, centered, Sparsity.none(), 0, 0.01, 1);
    RbmParameters gradient = new RbmParameters(INPUTS, UNITS, DataType.DOUBLE);
    INDArray data = Nd4j.createFromArray(rows);
    ContrastiveDivergence divergence = new ContrastiveDivergence(settings, from, gradient);
    divergence.estimate(data, new RandomNumbers(3));
    divergence.weights().write();
    RbmParameters after = new RbmParameters(INPUTS, UNITS, DataType.DOUBLE);
    after.flat().assign(from.flat().sub(gradient.flat()));
    return after;
  }

  private static void assertClose(RbmParameters one, RbmParameters other, double tolerance) {
    assertThat(one.flat().toDoubleVector())
        .containsExactly(other.flat().toDoubleVector(), within(tolerance));
  }

  private static double[][] random(int count, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] rows = new double[count][width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = random.nextDouble();
      }
    }
    return rows;
  }

  private static double product(
      double[][] left, double[][] right, int i, int j, double minusLeft, double minusRight) {
    double sum = 0;
    for (int r = 0; r < left.length; r++) {
      sum += (left[r][i] - minusLeft) * (right[r][j] - minusRight);
    }
    return sum / left.length;
  }

  private static double[] halfway(double[][] rows, double[][] chains) {
    double[] means = new double[rows[0].length];
    for (int i = 0; i < means.length; i++) {
      for (double[] row : rows) {
        means[i] += row[i] / (2 * rows.length);
      }
      for (double[] chain : chains) {
        means[i] += chain[i] / (2 * chains.length);
      }
    }
    return means;
  }

  private static double[] difference(double[][] chains, double[][] rows) {
    double[] difference = new double[rows[0].length];
    for (int i = 0; i < difference.length; i++) {
      for (double[] row : rows) {
        difference[i] -= row[i] / rows.length;
      }
      for (double[] chain : chains) {
        difference[i] += chain[i] / chains.length;
      }
    }
    return difference;
  }

  private static Statistics.Sides sides(double[][] visible, double[][] hidden) {
    return new Statistics.Sides(Nd4j.createFromArray(visible), Nd4j.createFromArray(hidden));
  }
}
