package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.metric.ScoreDistribution;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against definitions that are computed pair by pair and threshold by threshold. */
class ScoreCurveTest {
  private static final int EXACT = Integer.MAX_VALUE;

  /** Rows of a class and others. */
  private record Rows(String name, float[] scores, boolean[] positive, float[] weights) {
    ScoreCurve curve(int capacity) {
      ScoreDistribution distribution = new ScoreDistribution(capacity);
      for (int i = 0; i < scores.length; i++) {
        distribution.add(scores[i], positive[i], weights[i]);
      }
      return new ScoreCurve(distribution);
    }

    /** Weight of pairs whose positive is above, equal ones half, of all pairs. */
    double rocAuc() {
      double above = 0;
      double pairs = 0;
      for (int i = 0; i < scores.length; i++) {
        for (int j = 0; j < scores.length; j++) {
          if (positive[i] && !positive[j]) {
            double weight = (double) weights[i] * weights[j];
            pairs += weight;
            above += scores[i] > scores[j] ? weight : scores[i] == scores[j] ? weight / 2 : 0;
          }
        }
      }
      return above / pairs;
    }

    /** Σ (R_n - R_{n-1}) P_n over the distinct scores from the highest down. */
    double averagePrecision() {
      TreeSet<Float> thresholds = new TreeSet<>();
      for (float score : scores) {
        thresholds.add(score);
      }
      double all = reaching(Float.NEGATIVE_INFINITY, true);
      double sum = 0;
      double before = 0;
      for (float threshold : thresholds.descendingSet()) {
        double right = reaching(threshold, true);
        sum += (right - before) / all * (right / (right + reaching(threshold, false)));
        before = right;
      }
      return sum;
    }

    private double reaching(float threshold, boolean kind) {
      double sum = 0;
      for (int i = 0; i < scores.length; i++) {
        sum += scores[i] >= threshold && positive[i] == kind ? weights[i] : 0;
      }
      return sum;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Rows rows(
      String name, int count, double share, boolean weighted, long seed, Supplier<Float> score) {
    Random random = new Random(seed);
    float[] scores = new float[count];
    boolean[] positive = new boolean[count];
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      positive[i] = random.nextDouble() < share;
      float one = score.get();
      // Rows of the class have the higher of two draws: better than chance.
      scores[i] = positive[i] ? Math.max(one, score.get()) : one;
      weights[i] = weighted ? 0.05f + 3 * random.nextFloat() : 1;
    }
    positive[0] = true;
    positive[1] = false;
    return new Rows(name, scores, positive, weights);
  }

  static Stream<Rows> rows() {
    Random random = new Random(2);
    return Stream.of(false, true)
        .flatMap(
            weighted ->
                Stream.of(
                    rows("uniform", 900, .5, weighted, 1, random::nextFloat),
                    rows("ties", 900, .3, weighted, 2, () -> random.nextInt(12) / 11f),
                    rows("rare", 900, .01, weighted, 3, random::nextFloat),
                    rows("below 1e-6", 900, .2, weighted, 4, () -> 1e-6f * random.nextFloat()),
                    rows("below 1e-40", 900, .2, weighted, 5, () -> 1e-40f * random.nextFloat()),
                    rows("near 1", 900, .2, weighted, 6, () -> 1 - random.nextInt(9) * 0x1p-24f),
                    rows("equal", 300, .4, weighted, 7, () -> 0.37f),
                    rows(
                        "both ends",
                        900,
                        .5,
                        weighted,
                        8,
                        () -> {
                          float end = (float) Math.pow(10, -7 * random.nextDouble());
                          return random.nextBoolean() ? end : 1 - end;
                        }),
                    rows(
                        "any sign",
                        900,
                        .5,
                        weighted,
                        9,
                        () -> (float) (50 * random.nextGaussian()))));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void exactAreasAreTheDefinitions(Rows rows) {
    ScoreCurve curve = rows.curve(EXACT);
    assertThat(curve.rocAuc().orElseThrow()).isCloseTo(rows.rocAuc(), within(1e-12));
    assertThat(curve.averagePrecision().orElseThrow())
        .isCloseTo(rows.averagePrecision(), within(1e-12));
    assertThat(curve.rocAucError()).isZero();
    assertThat(curve.averagePrecisionError()).isZero();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void mergedStepsKeepWithinTheirErrorBound(Rows rows) {
    for (int capacity : new int[] {2, 5, 20, 100, 400}) {
      ScoreCurve curve = rows.curve(capacity);
      double rocOff = Math.abs(curve.rocAuc().orElseThrow() - rows.rocAuc());
      double prOff = Math.abs(curve.averagePrecision().orElseThrow() - rows.averagePrecision());
      assertThat(rocOff).isLessThanOrEqualTo(curve.rocAucError() + 1e-12);
      assertThat(prOff).isLessThanOrEqualTo(curve.averagePrecisionError() + 1e-12);
      if (capacity == 400) {
        assertThat(curve.rocAucError()).isLessThan(0.01);
      }
    }
  }

  /** The worst case of a step: all its positives above all its other rows, or below. */
  @Test
  void theBoundIsReached() {
    for (boolean above : new boolean[] {true, false}) {
      float[] scores = new float[200];
      boolean[] positive = new boolean[200];
      float[] weights = new float[200];
      for (int i = 0; i < 200; i++) {
        scores[i] = 0.25f + i * 0x1p-25f;
        positive[i] = i >= 100 == above;
        weights[i] = 1;
      }
      Rows rows = new Rows("worst", scores, positive, weights);
      ScoreCurve curve = rows.curve(2);
      assertThat(rows.rocAuc()).isEqualTo(above ? 1 : 0);
      // Two steps, cut at 0.25 + 2^-18: 100 rows of one kind and 28 of the other share the lower.
      assertThat(curve.rocAucError()).isCloseTo(100 * 28 / 2.0 / 10_000, within(1e-12));
      assertThat(Math.abs(curve.rocAuc().orElseThrow() - rows.rocAuc()))
          .isCloseTo(curve.rocAucError(), within(1e-12));
    }
  }

  /** The example: 1,000 equal thresholds saw one score here, and 0.5. */
  @Test
  void scoresBelowAThousandthAreToldApart() {
    ScoreDistribution scores = new ScoreDistribution(1000);
    for (int i = 0; i < 5000; i++) {
      scores.add(i * 1e-7f, i >= 4000, 1);
    }
    ScoreCurve curve = new ScoreCurve(scores);
    assertThat(curve.rocAuc().orElseThrow()).isCloseTo(1, within(curve.rocAucError()));
    assertThat(curve.rocAucError()).isLessThan(1e-3);
    assertThat(curve.averagePrecision().orElseThrow()).isGreaterThan(0.99);
  }

  @Test
  void equalScoresAreChanceInAnyOrder() {
    for (int first = 0; first < 2; first++) {
      ScoreDistribution scores = new ScoreDistribution(EXACT);
      for (int i = 0; i < 100; i++) {
        scores.add(0.5f, i % 4 == first, 1);
      }
      ScoreCurve curve = new ScoreCurve(scores);
      assertThat(curve.rocAuc()).contains(0.5);
      assertThat(curve.averagePrecision()).contains(0.25);
    }
  }

  /**
   * scikit-learn's documented examples: y_true [0, 0, 1, 1], y_scores [0.1, 0.4, 0.35, 0.8]:
   * roc_auc_score 0.75, average_precision_score 0.83 (1/2 · 1 + 1/2 · 2/3).
   */
  @Test
  void documentedExamples() {
    ScoreDistribution scores = new ScoreDistribution(10);
    float[] values = {0.1f, 0.4f, 0.35f, 0.8f};
    for (int i = 0; i < 4; i++) {
      scores.add(values[i], i > 1, 1);
    }
    ScoreCurve curve = new ScoreCurve(scores);
    assertThat(curve.rocAuc()).contains(0.75);
    assertThat(curve.averagePrecision().orElseThrow()).isCloseTo(5 / 6.0, within(1e-12));
  }

  @Test
  void oneKindOfRowsDefinesNoRocCurve() {
    ScoreDistribution scores = new ScoreDistribution(10);
    scores.add(0.3f, true, 1);
    assertThat(new ScoreCurve(scores).rocAuc()).isEmpty();
    assertThat(new ScoreCurve(scores).averagePrecision()).contains(1.0);
    ScoreDistribution others = new ScoreDistribution(10);
    others.add(0.3f, false, 1);
    assertThat(new ScoreCurve(others).averagePrecision()).isEmpty();
    assertThat(new ScoreCurve(new ScoreDistribution(10)).rocAuc()).isEmpty();
  }

  /** Thinned by the way along the curve, so that a rare class's steep beginning stays. */
  @Test
  void drawnCurvesKeepTheirEnds() {
    Rows rows = rows("rare", 30_000, .001, false, 3, new Random(1)::nextFloat);
    ScoreCurve curve = rows.curve(EXACT);
    EvaluationResult.Curve roc = curve.drawn("x").get(0);
    assertThat(roc.x()).hasSizeBetween(40, 102);
    assertThat(roc.x().get(0)).isZero();
    assertThat(roc.y().get(0)).isZero();
    assertThat(roc.x().get(roc.x().size() - 1)).isEqualTo(1);
    assertThat(roc.y().get(roc.y().size() - 1)).isEqualTo(1);
    assertThat(roc.x()).isSorted();
    EvaluationResult.Curve pr = curve.drawn("x").get(1);
    assertThat(pr.x().get(pr.x().size() - 1)).isEqualTo(1);
    assertThat(pr.x()).isSorted();
    double share = curve.positives() / 30_000;
    assertThat(pr.y().get(pr.y().size() - 1)).isCloseTo(share, within(0.01));
  }
}
