package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directions, step lengths and ends of L-BFGS, against float64 with dense matrices. */
class LbfgsTest {
  private static final int SIZE = 6;

  /** A loss and its gradient. */
  private interface Loss {
    double at(double[] x, double[] gradient);
  }

  /** Σ cᵢ xᵢ² / 2 + (Σ xᵢ − 1)⁴ / 4: convex, ill-conditioned, no quadratic. */
  private static double quartic(double[] x, double[] gradient) {
    double sum = -1;
    for (double own : x) {
      sum += own;
    }
    double loss = Math.pow(sum, 4) / 4;
    for (int i = 0; i < x.length; i++) {
      double curvature = Math.pow(3, i);
      loss += curvature * x[i] * x[i] / 2;
      gradient[i] = curvature * x[i] + Math.pow(sum, 3);
    }
    return loss;
  }

  private static double[] doubles(StateVector vector) {
    double[] values = new double[(int) vector.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.get(i);
    }
    return values;
  }

  private static StateVector floats(double... values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return StateVector.of(rounded);
  }

  private static StateVector start() {
    Random random = new Random(4);
    return floats(random.doubles(SIZE, -2, 2).toArray());
  }

  /** Minimizes until it ends or so many evaluations are done. */
  private static List<Lbfgs.Moved> run(Lbfgs lbfgs, Loss loss, StateVector start, int evaluations) {
    List<Lbfgs.Moved> all = new ArrayList<>();
    StateVector at = start;
    for (int i = 0; i < evaluations; i++) {
      double[] gradient = new double[(int) at.length()];
      double value = loss.at(doubles(at), gradient);
      Lbfgs.Moved now;
      if (i == 0) {
        now = lbfgs.begin(at, floats(gradient), value);
      } else {
        Lbfgs.Moved before = all.get(i - 1);
        now =
            lbfgs.after(
                before.state(), before.point(), before.gradient(), at, floats(gradient), value);
      }
      all.add(now);
      if (now.state().ended()) {
        break;
      }
      at = now.next();
    }
    return all;
  }

  /** −H g, H by the BFGS formula for each pair (Nocedal and Wright, equation 7.16). */
  private static double[] dense(Lbfgs.Moved moved) {
    List<StateVector> steps = moved.state().steps();
    double[][] h = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
      h[i][i] = 1;
    }
    for (int pair = 0; pair < steps.size(); pair++) {
      double[] s = doubles(steps.get(pair));
      double[] y = doubles(moved.state().changes().get(pair));
      if (pair == 0) {
        double[] newest = doubles(moved.state().changes().get(steps.size() - 1));
        double scale = dot(doubles(steps.get(steps.size() - 1)), newest) / dot(newest, newest);
        for (int i = 0; i < SIZE; i++) {
          h[i][i] = scale;
        }
      }
      double rho = 1 / dot(s, y);
      double[][] v = new double[SIZE][SIZE];
      for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
          v[i][j] = (i == j ? 1 : 0) - rho * y[i] * s[j];
        }
      }
      double[][] hv = product(h, v);
      double[][] next = new double[SIZE][SIZE];
      for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
          next[i][j] = rho * s[i] * s[j];
          for (int k = 0; k < SIZE; k++) {
            next[i][j] += v[k][i] * hv[k][j];
          }
        }
      }
      h = next;
    }
    double[] gradient = doubles(moved.gradient());
    double[] direction = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      direction[i] = -dot(h[i], gradient);
    }
    return direction;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        for (int k = 0; k < SIZE; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Each evaluated point is x + t d, with d by dense matrices in float64. */
  @Test
  void theTwoLoopRecursionIsTheBfgsFormulaOfTheNewestPairs() {
    List<Lbfgs.Moved> run =
        run(new Lbfgs(new LbfgsSettings(3, 1e-4)), LbfgsTest::quartic, start(), 60);
    int full = 0;
    for (Lbfgs.Moved moved : run.subList(0, run.size() - 1)) {
      double[] direction = dense(moved);
      double scale = Math.sqrt(dot(direction, direction)) * moved.state().length();
      for (int i = 0; i < SIZE; i++) {
        double expected = moved.point().get(i) + moved.state().length() * direction[i];
        assertThat((double) moved.next().get(i))
            .isCloseTo(expected, within(1e-5 * scale + 1e-7 * Math.abs(expected)));
      }
      full += moved.state().steps().size() == 3 ? 1 : 0;
    }
    assertThat(full).as("directions of all 3 pairs").isGreaterThan(5);
    assertThat(run.get(run.size() - 1).state().ended()).isTrue();
  }

  @Test
  void stepsFulfilTheWolfeConditionsAndReachTheMinimum() {
    List<Lbfgs.Moved> run =
        run(new Lbfgs(new LbfgsSettings(10, 1e-5)), LbfgsTest::quartic, start(), 100);
    int steps = 0;
    for (int i = 1; i < run.size(); i++) {
      Lbfgs.Moved before = run.get(i - 1);
      Lbfgs.Moved now = run.get(i);
      if (now.point() == before.next()) {
        double[] way = dense(before);
        double slope = dot(way, doubles(before.gradient()));
        assertThat(slope).isNegative();
        assertThat(now.state().loss())
            .isLessThanOrEqualTo(
                before.state().loss() + 1e-4 * before.state().length() * slope + 1e-9);
        assertThat(dot(way, doubles(now.gradient()))).isGreaterThanOrEqualTo(0.9 * slope - 1e-9);
        steps++;
      }
    }
    Lbfgs.Moved last = run.get(run.size() - 1);
    assertThat(steps).isGreaterThan(8);
    assertThat(run.size()).as("few line searches need a second evaluation").isLessThan(2 * steps);
    assertThat(last.state().ended()).isTrue();
    double[] gradient = new double[SIZE];
    quartic(doubles(last.point()), gradient);
    assertThat(Math.sqrt(dot(gradient, gradient))).isLessThan(1e-4);
  }

  /** Beyond 1 the loss is no number; its minimum is just below. */
  @Test
  void aLossThatIsNotFiniteShortensTheStep() {
    Loss barrier =
        (x, gradient) -> {
          gradient[0] = x[0] < 1 ? -1 + 0.01 / (1 - x[0]) : Double.NaN;
          return x[0] < 1 ? -x[0] - 0.01 * Math.log(1 - x[0]) : Double.NaN;
        };
    List<Lbfgs.Moved> run = run(new Lbfgs(new LbfgsSettings(5, 1e-4)), barrier, floats(0.5), 60);
    Lbfgs.Moved last = run.get(run.size() - 1);
    assertThat(run).anyMatch(moved -> moved.next().get(0) >= 1);
    assertThat(run).allMatch(moved -> Double.isFinite(moved.state().loss()));
    assertThat(last.state().ended()).isTrue();
    assertThat(last.point().get(0)).isCloseTo(0.99f, within(1e-4f));
  }

  /** |x| has no gradient of 0: only the line search can end training, at the kink. */
  @Test
  void aKinkEndsTheSearch() {
    Loss kink =
        (x, gradient) -> {
          gradient[0] = Math.signum(x[0] - 0.3);
          return Math.abs(x[0] - 0.3);
        };
    List<Lbfgs.Moved> run = run(new Lbfgs(new LbfgsSettings(5, 0)), kink, floats(5), 200);
    Lbfgs.Moved last = run.get(run.size() - 1);
    assertThat(last.state().ended()).isTrue();
    assertThat(last.point().get(0)).isCloseTo(0.3f, within(1e-3f));
    assertThat(last.next()).isSameAs(last.point());
  }

  @Test
  void theHistoryForgetsTheOldestPair() {
    List<Lbfgs.Moved> run =
        run(new Lbfgs(new LbfgsSettings(2, 1e-6)), LbfgsTest::quartic, start(), 30);
    for (int i = 1; i < run.size(); i++) {
      List<StateVector> before = run.get(i - 1).state().steps();
      List<StateVector> now = run.get(i).state().steps();
      assertThat(now).hasSizeLessThanOrEqualTo(2);
      if (before.size() == 2 && now.size() == 2 && now != before && now.get(1) != before.get(1)) {
        assertThat(now.get(0)).isSameAs(before.get(1));
      }
    }
    assertThat(run).anyMatch(moved -> moved.state().steps().size() == 2);
  }

  /** Flat around the start, so that the first steps are far too short. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7})
  void eachEvaluationThatLowersTheLossMovesTheModel(double curvature) {
    Loss flat =
        (x, gradient) -> {
          gradient[0] = curvature * (x[0] - 10);
          return curvature * (x[0] - 10) * (x[0] - 10) / 2;
        };

    List<Lbfgs.Moved> all = run(new Lbfgs(new LbfgsSettings(10, 1e-12)), flat, floats(0), 8);

    assertThat(all.get(1).point().get(0)).isPositive();
    assertThat(all.get(all.size() - 1).point().get(0)).isCloseTo(10, within(0.01f));
  }
}
