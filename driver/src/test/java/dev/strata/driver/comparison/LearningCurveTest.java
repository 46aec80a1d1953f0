package dev.strata.driver.comparison;

import static dev.strata.driver.comparison.FoldedScoresTest.errors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.finetune.SearchSettings.Metric;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningCurveTest {
  private static final int[] ROWS = {200, 400, 800};

  private static LearningCurve curve(Method method, double... errors) {
    List<LearningCurve.Point> points = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      points.add(new LearningCurve.Point(ROWS[i], errors(errors[i] - 0.01, errors[i] + 0.01)));
    }
    return new LearningCurve(method, points);
  }

  @Test
  void aPowerLawIsContinued() {
    double[] law = new double[ROWS.length];
    for (int i = 0; i < law.length; i++) {
      law[i] = 3 * Math.pow(ROWS[i], -0.4);
    }
    LearningCurve curve = curve(Method.SCRATCH, law);
    assertThat(curve.expected(Metric.ERROR).orElseThrow())
        .isEqualTo(3 * Math.pow(1600, -0.4), within(1e-9));
    // The losses of these scores are twice the errors.
    assertThat(curve.expected(Metric.LOSS).orElseThrow())
        .isEqualTo(6 * Math.pow(1600, -0.4), within(1e-9));
  }

  /** A line through the logarithms: of three points the middle one counts by its height alone. */
  @Test
  void pointsThatLieOnNoLawAreFitted() {
    LearningCurve curve = curve(Method.SCRATCH, 0.4, 0.25, 0.2);
    double slope = (Math.log(0.2) - Math.log(0.4)) / (2 * Math.log(2));
    double middle = (Math.log(0.4) + Math.log(0.25) + Math.log(0.2)) / 3;
    assertThat(curve.expected(Metric.ERROR).orElseThrow())
        .isEqualTo(Math.exp(middle + slope * 2 * Math.log(2)), within(1e-9));
  }

  @Test
  void aCurveThatDoesNotFallIsNotContinued() {
    assertThat(curve(Method.RBM, 0.2, 0.21, 0.22).expected(Metric.ERROR)).isEmpty();
    assertThat(curve(Method.RBM, 0.2, 0.2, 0.2).expected(Metric.ERROR)).isEmpty();
    assertThat(curve(Method.RBM, 0.2, 0.1, 0).expected(Metric.ERROR)).isEmpty();
    assertThat(curve(Method.RBM, 0.2, 0.1, 0).sentence(Metric.ERROR))
        .isEqualTo(
            "Error of rbm by labelled rows: 0.2000 with 200, 0.1000 with 400, 0.0000 with 800.");
    assertThat(curve(Method.RBM, 0.2, 0.21, 0.22).sentence(Metric.ERROR))
        .isEqualTo(
            "Error of rbm by labelled rows: 0.2000 with 200, 0.2100 with 400, 0.2200 with 800."
                + " More rows have not helped.");
  }

  @Test
  void curvesStandSideBySide() {
    LearningCurves curves =
        new LearningCurves(
            List.of(
                curve(Method.RANDOM_FOREST, 0.4, 0.2, 0.1), curve(Method.SCRATCH, 0.5, 0.4, 0.3)),
            Metric.ERROR);
    assertThat(curves.columns())
        .containsExactly("labelled rows", "random-forest", "scratch", "difference");
    assertThat(curves.rows())
        .hasSize(3)
        .contains(List.of("800", "0.1000 ± 0.0173", "0.3000 ± 0.0173", "-0.2000 ± 0.0000"));
    assertThat(curves.legend())
        .contains(
            "Error of random-forest by labelled rows: 0.4000 with 200, 0.2000 with 400, 0.1000 with"
                + " 800. If this continues, 1,600 rows give about 0.0500.");
    assertThat(curves.text().lines())
        .hasSize(4)
        .first()
        .isEqualTo("labelled rows    random-forest          scratch        difference");
    FoldedScores first = curves.curves().get(0).points().get(0).scores();
    assertThat(curves.values())
        .hasSize(6)
        .first()
        .hasToString(
            "{method=random-forest, rows=200, error=0.4, errorStandardError=%s, loss=0.8,"
                    .formatted(first.score(Metric.ERROR).standardError())
                + " lossStandardError=%s}".formatted(first.score(Metric.LOSS).standardError()));
  }
}
