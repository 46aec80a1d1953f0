package dev.strata.bench.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the table of few labels stands on: draws, choices, the log, the arithmetic. */
class FewLabelsTest {
  private static final int[] CLASSES = IntStream.range(0, 1000).map(i -> i % 7 % 5).toArray();

  @Test
  void everyFoldHasTheSameNumberOfEachClassAndNoRowTwice() {
    LabelDraw draw = LabelDraw.of(CLASSES, 60, 3, 1);
    assertThat(draw.all()).hasSize(60).doesNotHaveDuplicates();
    for (int fold = 0; fold < 3; fold++) {
      int[] held = draw.heldOut(fold);
      assertThat(held).hasSize(20);
      for (int c = 0; c < 5; c++) {
        int wanted = c;
        assertThat(IntStream.of(held).filter(row -> CLASSES[row] == wanted).count()).isEqualTo(4);
      }
      assertThat(draw.without(fold)).hasSize(40).doesNotContain(held);
    }
    assertThat(LabelDraw.of(CLASSES, 60, 3, 1)).isEqualTo(draw);
    assertThat(LabelDraw.of(CLASSES, 60, 3, 2)).isNotEqualTo(draw);
    assertThat(LabelDraw.of(CLASSES, 120, 3, 1).all()).contains(draw.all());
    assertThat(LabelDraw.of(CLASSES, 0, 12, 1).all()).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void classesCanKeepTheirSharesOfTheData() {
    int[] classes = IntStream.range(0, 1000).map(i -> i % 4 == 0 ? 1 : 0).toArray();
    LabelDraw draw = LabelDraw.asInData(classes, 202, 5, 1);
    assertThat(draw.all()).hasSize(202).doesNotHaveDuplicates();
    assertThat(IntStream.of(draw.all()).filter(row -> classes[row] == 1).count()).isEqualTo(50);
    assertThat(LabelDraw.asInData(classes, 500, 5, 1).all()).contains(draw.all());
  }

  @Test
  void theLowestMeanErrorIsChosenAndOfEqualOnesTheLowestLoss() {
    Recipe first = new Recipe(0.1, 0);
    Recipe second = new Recipe(0.2, 0.5);
    Choice choice =
        Choice.best(
            List.of(
                new Choice.Candidate(first, List.of(curve(0.5, 0.3, 0.2), curve(0.5, 0.2, 0.3))),
                new Choice.Candidate(second, List.of(curve(0.1), curve(0.4, 0.0)))));
    // Means with neighbours: 0.375, 0.333, 0.25 of the first, loss 1.5; 0.25 of the second, which
    // ends with its shorter curve, loss 1.5 too; the first of equals stays.
    assertThat(choice).isEqualTo(new Choice(first, 30, 0.25, 1.5));
  }

  /** Against the normal equations, X'X + λ I times the weights, on centred features. */
  @ParameterizedTest
  @ValueSource(ints = {5, 3})
  void ridgeWeightsSolveTheNormalEquations(int count) {
    float[][] all = {{1, 2, 0, 1}, {2, 1, 1, 0}, {0, 3, 1, 5}, {4, 1, 2, 2}, {1, 1, 1, 3}};
    float[][] rows = Arrays.copyOf(all, count);
    int[] classes = Arrays.copyOf(new int[] {0, 1, 2, 1, 0}, count);
    RidgeClassifier fitted = RidgeClassifier.fit(rows, classes, 3, List.of(0.5)).get(0);
    double[] mean = new double[4];
    double square = 0;
    for (int i = 0; i < 4; i++) {
      for (float[] row : rows) {
        mean[i] += row[i] / count;
      }
      for (float[] row : rows) {
        square += (row[i] - mean[i]) * (row[i] - mean[i]) / count;
      }
    }
    assertThat(fitted.mean()).containsExactly(mean, within(1e-6));
    for (int i = 0; i < 4; i++) {
      for (int c = 0; c < 3; c++) {
        double left = 0.5 * square * fitted.weights()[c][i];
        double right = 0;
        for (int r = 0; r < count; r++) {
          double fit = 0;
          for (int j = 0; j < 4; j++) {
            fit += (rows[r][j] - mean[j]) * fitted.weights()[c][j];
          }
          left += (rows[r][i] - mean[i]) * fit;
          right += (rows[r][i] - mean[i]) * (classes[r] == c ? 1 : 0);
        }
        assertThat(left).isCloseTo(right, within(1e-5));
      }
    }
    assertThat(fitted.error(rows, classes)).isLessThan(0.5);
  }

  @Test
  void aLuckyPointIsNoReason() {
    Recipe lucky = new Recipe(0.1, 0);
    Recipe steady = new Recipe(0.2, 0);
    Choice choice =
        Choice.best(
            List.of(
                new Choice.Candidate(lucky, List.of(curve(0.5, 0.2, 0.5, 0.5))),
                new Choice.Candidate(steady, List.of(curve(0.4, 0.3, 0.3, 0.3)))));
    assertThat(choice.recipe()).isEqualTo(steady);
    assertThat(choice.epochs()).isEqualTo(40);
    assertThat(choice.error()).isEqualTo(0.3, within(1e-12));
  }

  /** Losses fall faster where fewer points follow, so that ties are broken by them. */
  private static TrialResult curve(double... errors) {
    List<TrialScore> scores =
        IntStream.range(0, errors.length)
            .mapToObj(i -> new TrialScore(10 * (i + 1), errors.length - i, errors[i]))
            .toList();
    return new TrialResult("x", scores, false, 1, 2);
  }

  @Test
  void aLogThatWasCutOffGoesOn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("trials.jsonl");
    TrialResult one = new TrialResult("one", List.of(new TrialScore(1, 2, 0.5)), false, 1, 2);
    TrialResult two =
        new TrialResult("two", List.of(new TrialScore(1, Double.NaN, 0.25)), true, 1, 2);
    new TrialLog(file).add(one);
    Files.writeString(file, "{\"name\":\"tw", StandardOpenOption.APPEND);

    TrialLog again = new TrialLog(file);
    assertThat(again.find("one")).contains(one);
    assertThat(again.find("two")).isEmpty();
    again.add(two);
    assertThat(new TrialLog(file).find("two")).contains(two);
  }

  @Test
  void differencesArePairedByDraw() {
    ComparisonTable table = new ComparisonTable();
    LabelCount count = LabelCount.of(100, 3, 5, 40, 4, 20);
    table.add(
        count,
        "sdae",
        List.of(outcome(0, 0.20), outcome(2, 0.31)),
        List.of(outcome(0, 0.22), outcome(1, 0.9), outcome(2, 0.35)));
    // Differences -2 and -4: mean -3, deviation √2, standard error of the mean 1.
    assertThat(table.text()).contains("| 100 | sdae | 2 | 25.50 ± 5.50 | -3.00 ± 1.00 | -3.0 |");
  }

  private static Comparison.Outcome outcome(int draw, double error) {
    return new Comparison.Outcome(draw, new Choice(new Recipe(0.1, 0), 8, 0.2, 1), error, 5);
  }
}
