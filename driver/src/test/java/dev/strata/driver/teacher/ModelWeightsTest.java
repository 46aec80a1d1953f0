package dev.strata.driver.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.simple.LabelledRows;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of models by their loss on rows that they have not seen. */
class ModelWeightsTest {
  private static LabelledRows rows(double[] labels, int classes) {
    return LabelledRows.unweighted(new float[labels.length][1], labels, classes);
  }

  private static int[] all(double[] labels) {
    return IntStream.range(0, labels.length).toArray();
  }

  private static double[][] same(double first, int rows) {
    double[][] given = new double[rows][];
    Arrays.fill(given, new double[] {first, 1 - first});
    return given;
  }

  /** Rows of which a share of 0.7 is of the first class are best described by 0.7. */
  @Test
  void ofTwoConstantModelsTheMixtureIsTheShareOfTheClasses() {
    double[] labels = IntStream.range(0, 10_000).mapToDouble(i -> i % 10 < 7 ? 0 : 1).toArray();
    double[] weights =
        ModelWeights.of(
            rows(labels, 2),
            new double[][][] {same(1, labels.length), same(0, labels.length)},
            all(labels));
    assertThat(weights).containsExactly(new double[] {0.7, 0.3}, within(1e-12));
  }

  @Test
  void modelsThatAreAlikeAndASingleRowKeepWeightsNearlyEqual() {
    double[] labels = {0, 1, 1, 0};
    double[][] given = {{0.8, 0.2}, {0.3, 0.7}, {0.4, 0.6}, {0.6, 0.4}};
    assertThat(ModelWeights.of(rows(labels, 2), new double[][][] {given, given}, all(labels)))
        .containsExactly(0.5, 0.5);
    double third = 1 / 3.0;
    assertThat(
            ModelWeights.of(rows(labels, 2), new double[][][] {given, given, given}, all(labels)))
        .containsExactly(third, third, third);
    double[] weights =
        ModelWeights.of(
            rows(new double[] {0}, 2), new double[][][] {same(0.7, 1), same(0.5, 1)}, new int[1]);
    assertThat(weights[0]).isBetween(0.5, 0.7);
  }

  /** Twice the labels and predictions, or other units, are the same problem. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-6, 1e6})
  void ofValuesTheUnitDoesNotMatter(double unit) {
    Random random = new Random(3);
    double[] labels = random.doubles(500).map(v -> unit * v).toArray();
    double[][][] given = new double[2][labels.length][];
    for (int i = 0; i < labels.length; i++) {
      // Errors of deviation 0.1 and 0.2: the best weights are 0.8 and 0.2.
      given[0][i] = new double[] {labels[i] + unit * 0.1 * random.nextGaussian()};
      given[1][i] = new double[] {labels[i] + unit * 0.2 * random.nextGaussian()};
    }
    double[] weights = ModelWeights.of(rows(labels, 0), given, all(labels));
    assertThat(weights[0]).isBetween(0.7, 0.9);
    assertThat(weights[0] + weights[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void rowsThatAreNotChosenDoNotCount() {
    double[] labels = {0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    double[][][] given = {same(0.9, 10), same(0.1, 10)};
    double[] first = ModelWeights.of(rows(labels, 2), given, new int[] {0, 1, 2, 3});
    double[] second = ModelWeights.of(rows(labels, 2), given, new int[] {4, 5, 6, 7, 8, 9});
    assertThat(first[0]).isGreaterThan(0.8);
    assertThat(second[1]).isGreaterThan(0.8);
  }

  /** No other weights on a grid are better than those found. */
  @Test
  void noOtherWeightsAreBetter() {
    Random random = new Random(5);
    double[] labels = IntStream.range(0, 60).mapToDouble(i -> random.nextInt(3)).toArray();
    double[][][] given = new double[3][labels.length][];
    for (double[][] model : given) {
      for (int i = 0; i < model.length; i++) {
        double[] p = random.doubles(3, 0.1, 1).toArray();
        p[(int) labels[i]] += random.nextDouble();
        double sum = Arrays.stream(p).sum();
        model[i] = Arrays.stream(p).map(v -> v / sum).toArray();
      }
    }
    LabelledRows rows = rows(labels, 3);
    double best = objective(rows, given, ModelWeights.of(rows, given, all(labels)));
    for (int a = 0; a <= 20; a++) {
      for (int b = 0; b <= 20 - a; b++) {
        double[] other = {a / 20.0, b / 20.0, (20 - a - b) / 20.0};
        assertThat(objective(rows, given, other)).isGreaterThanOrEqualTo(best - 1e-9);
      }
    }
  }

  private static double objective(LabelledRows rows, double[][][] given, double[] weights) {
    double sum = 0;
    for (int row = 0; row < rows.count(); row++) {
      double p = 0;
      for (int m = 0; m < weights.length; m++) {
        p += weights[m] * given[m][row][(int) rows.labels()[row]];
      }
      sum -= Math.log(p);
    }
    for (double weight : weights) {
      sum += weight == 0 ? 0 : weight * Math.log(weight * weights.length);
    }
    return sum;
  }
}
