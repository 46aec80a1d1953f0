package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.evaluate.PositiveClass.LiftBand;
import dev.strata.driver.evaluate.PositiveClass.OperatingPoint;
import dev.strata.executor.metric.ClassMeasuring;
import dev.strata.executor.metric.ClassSums;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Cases computed by hand from the definitions. */
class ClassSummaryTest {
  private static final Offset<Double> CLOSE = within(1e-9);

  private static ClassSums sums(int classes, int positive) {
    return new ClassSums(new ClassMeasuring(classes, positive, 2, 5, 1000));
  }

  /** Rows that are predicted with probability 1. */
  private static ClassSums predictions(int classes, int[][] counts) {
    ClassSums sums = sums(classes, classes == 2 ? 1 : -1);
    for (int actual = 0; actual < classes; actual++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        for (int row = 0; row < counts[actual][predicted]; row++) {
          add(sums, actual, predicted, 1);
        }
      }
    }
    return sums;
  }

  private static void add(ClassSums sums, int actual, int predicted, double weight) {
    float[] scores = new float[sums.confusion().classes()];
    scores[predicted] = 1;
    sums.add(actual, scores, 0, weight);
  }

  private static Map<String, Double> metrics(ClassSums sums, OptionalInt positive) {
    int classes = sums.confusion().classes();
    List<String> names = List.of("a", "b", "c", "d").subList(0, classes);
    Map<String, Double> metrics = new TreeMap<>();
    new ClassSummary(names, positive, sums).addTo(metrics);
    assertThat(EvaluationMetrics.OF_CLASSES).containsAll(metrics.keySet());
    return metrics;
  }

  /**
   * y_true 0 0 0 1 1 2, y_pred 0 0 1 1 0 0: a third class that is never predicted.
   *
   * <pre>
   *       rows predicted right precision recall  F1
   *  a     3      4        2     1/2      2/3    4/7
   *  b     2      2        1     1/2      1/2    1/2
   *  c     1      0        0      0        0      0
   * </pre>
   *
   * A mean over the two predicted classes is 15/28 = 0.5357; the macro mean is 5/14 = 0.3571.
   */
  @Test
  void aClassThatIsNeverPredictedCountsInMacroMeans() {
    Map<String, Double> metrics =
        metrics(predictions(3, new int[][] {{2, 1, 0}, {1, 1, 0}, {1, 0, 0}}), OptionalInt.empty());
    assertThat(metrics.get("f1")).isCloseTo(5 / 14.0, CLOSE);
    assertThat(metrics.get("f1-macro")).isCloseTo(5 / 14.0, CLOSE);
    assertThat(metrics.get("precision")).isCloseTo(1 / 3.0, CLOSE);
    assertThat(metrics.get("recall")).isCloseTo(7 / 18.0, CLOSE);
    assertThat(metrics.get("balanced-accuracy")).isCloseTo(7 / 18.0, CLOSE);
    assertThat(metrics.get("accuracy")).isEqualTo(0.5);
    assertThat(metrics.get("f1-micro")).isEqualTo(0.5);
    assertThat(metrics.get("precision-micro")).isEqualTo(0.5);
    assertThat(metrics.get("recall-micro")).isEqualTo(0.5);
    // (3 · 1/2 + 2 · 1/2 + 1 · 0) / 6, (3 · 2/3 + 2 · 1/2) / 6, (3 · 4/7 + 2 · 1/2) / 6
    assertThat(metrics.get("precision-weighted")).isCloseTo(5 / 12.0, CLOSE);
    assertThat(metrics.get("recall-weighted")).isCloseTo(0.5, CLOSE);
    assertThat(metrics.get("f1-weighted")).isCloseTo(19 / 42.0, CLOSE);
    // R_K: c s - Σ p t = 3 · 6 - (4·3 + 2·2 + 0) = 2; s² - Σ p² = 36 - 20; s² - Σ t² = 36 - 14
    assertThat(metrics.get("matthews-correlation")).isCloseTo(2 / Math.sqrt(16 * 22), CLOSE);
    // κ: p_o = 1/2, p_e = (3·4 + 2·2 + 1·0) / 36 = 4/9: (1/2 - 4/9) / (5/9)
    assertThat(metrics.get("cohen-kappa")).isCloseTo(0.1, CLOSE);
  }

  /** A class that is predicted but has no rows takes no part: labels = unique(y_true). */
  @Test
  void aClassWithoutRowsTakesNoPartInMacroMeans() {
    Map<String, Double> metrics =
        metrics(predictions(3, new int[][] {{3, 0, 1}, {1, 3, 0}, {0, 0, 0}}), OptionalInt.empty());
    // a: rows 4, predicted 4, right 3; b: rows 4, predicted 3, right 3.
    assertThat(metrics.get("precision")).isCloseTo((0.75 + 1) / 2, CLOSE);
    assertThat(metrics.get("recall")).isCloseTo(0.75, CLOSE);
    assertThat(metrics.get("f1")).isCloseTo((0.75 + 6 / 7.0) / 2, CLOSE);
    assertThat(metrics.get("balanced-accuracy")).isCloseTo(0.75, CLOSE);
  }

  /** True negatives 4, false positives 2, false negatives 1, true positives 3. */
  @Test
  void ofTwoClassesThePositiveOneIsJudged() {
    ClassSums counts = predictions(2, new int[][] {{4, 2}, {1, 3}});
    Map<String, Double> second = metrics(counts, OptionalInt.of(1));
    assertThat(second.get("precision")).isCloseTo(0.6, CLOSE);
    assertThat(second.get("recall")).isCloseTo(0.75, CLOSE);
    assertThat(second.get("f1")).isCloseTo(2 / 3.0, CLOSE);
    Map<String, Double> first = metrics(counts, OptionalInt.of(0));
    assertThat(first.get("precision")).isCloseTo(0.8, CLOSE);
    assertThat(first.get("recall")).isCloseTo(2 / 3.0, CLOSE);
    assertThat(first.get("f1")).isCloseTo(8 / 11.0, CLOSE);
    for (String same : List.of("accuracy", "f1-macro", "matthews-correlation", "roc-auc")) {
      assertThat(first.get(same)).as(same).isCloseTo(second.get(same), CLOSE);
    }
    assertThat(second.get("f1-macro")).isCloseTo((2 / 3.0 + 8 / 11.0) / 2, CLOSE);
    // (TP TN - FP FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)) = 10 / √(5 · 4 · 6 · 5)
    assertThat(second.get("matthews-correlation")).isCloseTo(10 / Math.sqrt(600), CLOSE);
    // Scores are 0 and 1: AUC = (sensitivity + specificity) / 2; AP = 3/4 · 3/5 + 1/4 · 4/10.
    assertThat(second.get("roc-auc")).isCloseTo((0.75 + 2 / 3.0) / 2, CLOSE);
    assertThat(second.get("pr-auc")).isCloseTo(0.75 * 0.6 + 0.25 * 0.4, CLOSE);
  }

  /** A row of weight 3 is three rows. */
  @Test
  void weightsAreRows() {
    ClassSums weighted = sums(3, -1);
    ClassSums repeated = sums(3, -1);
    int[][] rows = {{0, 0, 3}, {0, 1, 1}, {1, 1, 2}, {2, 0, 5}, {2, 2, 1}, {1, 2, 4}};
    for (int[] row : rows) {
      add(weighted, row[0], row[1], row[2]);
      for (int i = 0; i < row[2]; i++) {
        add(repeated, row[0], row[1], 1);
      }
    }
    Map<String, Double> expected = metrics(repeated, OptionalInt.empty());
    assertThat(metrics(weighted, OptionalInt.empty())).isEqualTo(expected);
    assertThat(expected.get("accuracy")).isEqualTo(6 / 16.0);
    assertThat(weighted.confusion().rows(2, 0)).isEqualTo(1);
  }

  @Test
  void oneClassDefinesLittle() {
    Map<String, Double> metrics = metrics(predictions(1, new int[][] {{4}}), OptionalInt.empty());
    assertThat(metrics).doesNotContainKeys("roc-auc", "cohen-kappa", "top-k-accuracy");
    assertThat(metrics.get("accuracy")).isEqualTo(1);
    assertThat(metrics.get("matthews-correlation")).isZero();
    assertThat(metrics.values()).allMatch(Double::isFinite);
    Map<String, Double> rowsOfOne =
        metrics(predictions(2, new int[][] {{3, 1}, {0, 0}}), OptionalInt.of(1));
    assertThat(rowsOfOne).doesNotContainKeys("roc-auc", "pr-auc");
    assertThat(rowsOfOne.get("precision")).isZero();
    assertThat(rowsOfOne.get("f1-macro")).isCloseTo(6 / 7.0, CLOSE);
    assertThat(rowsOfOne.values()).allMatch(Double::isFinite);
  }

  /** Ten rows, two of them positive, at ranks 1 and 4; the others' scores fall by 1/16. */
  private static ClassSums ten() {
    ClassSums sums = sums(2, 1);
    for (int rank = 1; rank <= 10; rank++) {
      float p = (14 - rank) / 16f;
      sums.add(rank == 1 || rank == 4 ? 1 : 0, new float[] {1 - p, p}, 0, 1);
    }
    return sums;
  }

  @Test
  void thresholdsAndLiftOfThePositiveClass() {
    PositiveClass positive =
        new ClassSummary(List.of("no", "yes"), OptionalInt.of(1), ten()).positive().orElseThrow();
    assertThat(positive.name()).isEqualTo("yes");
    assertThat(positive.share()).isEqualTo(0.2);
    // F1 2/3 with the first row, 1/2, 2/5, then 4/6 again with four rows: the higher threshold.
    assertThat(positive.bestF1()).isCloseTo(2 / 3.0, CLOSE);
    assertThat(positive.bestF1Threshold()).isEqualTo(13 / 16.0);
    OperatingPoint half =
        positive.thresholds().stream().filter(p -> p.threshold() == 0.5).findFirst().orElseThrow();
    // 13/16 … 8/16 reach it: six rows.
    assertThat(half).isEqualTo(new OperatingPoint(0.5, 6, 2, 2 / 6.0, 1, 4 / 8.0, 4 / 8.0));
    assertThat(positive.thresholds())
        .extracting(OperatingPoint::threshold)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a))
        .doesNotHaveDuplicates();
    assertThat(positive.lift()).hasSize(10);
    assertThat(positive.lift().get(0)).isEqualTo(new LiftBand(1, 13 / 16.0, 1, 1, 1, 5, 0.5, 5));
    assertThat(positive.lift().get(3).gain()).isEqualTo(1);
    assertThat(positive.lift().get(3).cumulativeLift()).isCloseTo(2.5, CLOSE);
    assertThat(positive.lift().get(9).cumulativeLift()).isCloseTo(1, CLOSE);
  }

  @Test
  void liftOfEqualScoresIsOneEverywhere() {
    ClassSums sums = sums(2, 1);
    for (int i = 0; i < 7; i++) {
      sums.add(i < 3 ? 1 : 0, new float[] {0.75f, 0.25f}, 0, 1);
    }
    PositiveClass positive =
        new ClassSummary(List.of("no", "yes"), OptionalInt.of(1), sums).positive().orElseThrow();
    assertThat(positive.lift()).allSatisfy(b -> assertThat(b.lift()).isCloseTo(1, CLOSE));
    assertThat(positive.thresholds())
        .extracting(OperatingPoint::threshold)
        .containsExactly(0.5, 0.25);
    assertThat(positive.thresholds().get(0).predicted()).isZero();
    assertThat(positive.bestF1()).isCloseTo(0.6, CLOSE);
  }

  @Test
  void aPositiveClassOfManyLeavesTheMeansAlone() {
    ClassSums named = new ClassSums(new ClassMeasuring(3, 2, 2, 5, 1000));
    ClassSums unnamed = sums(3, -1);
    for (ClassSums sums : List.of(named, unnamed)) {
      for (int row = 0; row < 9; row++) {
        sums.add(row % 3, new float[] {0.5f, row / 32f, 0.5f - row / 32f}, 0, 1);
      }
    }
    assertThat(metrics(named, OptionalInt.of(2))).isEqualTo(metrics(unnamed, OptionalInt.empty()));
    ClassSummary summary = new ClassSummary(List.of("a", "b", "c"), OptionalInt.of(2), named);
    assertThat(summary.positive().orElseThrow().name()).isEqualTo("c");
    assertThat(summary.calibration())
        .extracting(Calibration::of)
        .containsExactly("predicted class", "c");
  }

  /**
   * Five bins; p of the second class 0.1 (no), 0.15 (yes), 0.65 (yes), 0.75 (no), 0.7 (yes): bin 1
   * mean 0.125 and share 1/2, bin 4 mean 0.7 and share 2/3.
   */
  @Test
  void expectedCalibrationErrorOfTwoClasses() {
    ClassSums sums = sums(2, 1);
    float[] p = {0.1f, 0.15f, 0.65f, 0.75f, 0.7f};
    int[] actual = {0, 1, 1, 0, 1};
    for (int i = 0; i < 5; i++) {
      sums.add(actual[i], new float[] {1 - p[i], p[i]}, 0, 1);
    }
    ClassSummary summary = new ClassSummary(List.of("no", "yes"), OptionalInt.of(1), sums);
    Calibration calibration = summary.calibration().get(0);
    assertThat(calibration.of()).isEqualTo("yes");
    assertThat(calibration.expectedError())
        .isCloseTo(2 / 5.0 * (0.5 - 0.125) + 3 / 5.0 * (0.7 - 2 / 3.0), within(1e-7));
    assertThat(calibration.bins())
        .extracting(Calibration.Bin::rows)
        .containsExactly(2.0, 0.0, 0.0, 3.0, 0.0);
  }

  /** The predicted class has probability 0.6 each time and is right in one of four rows. */
  @Test
  void expectedCalibrationErrorOfMoreClassesIsOfThePredictedOne() {
    ClassSums sums = sums(3, -1);
    for (int actual : new int[] {0, 1, 2, 1}) {
      sums.add(actual, new float[] {0.625f, 0.25f, 0.125f}, 0, 1);
    }
    assertThat(metrics(sums, OptionalInt.empty()).get("expected-calibration-error"))
        .isCloseTo(0.625 - 0.25, CLOSE);
    // k = 2 of 3: the first two classes.
    assertThat(metrics(sums, OptionalInt.empty()).get("top-k-accuracy")).isEqualTo(0.75);
  }
}
