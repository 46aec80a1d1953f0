package dev.strata.driver.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.simple.FittedModel;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldTeachersTest {
  private static final float[][] LABELLED = {{1, 1}, {2, 2}, {3, 3}};
  private static final int[] FOLDS = {0, 1, 0};

  private static FittedModel always(double first) {
    return row -> new double[] {first, 1 - first};
  }

  private static FoldTeachers teachers() {
    return new FoldTeachers(
        List.of(List.of(always(0), always(0.5)), List.of(always(0.75), always(1))),
        new double[][] {{0.5, 0.5}, {0.5, 0.5}},
        LABELLED,
        FOLDS);
  }

  @Test
  void aLabelledRowGetsTheLabelOfTheTeacherWithoutIt() {
    assertThat(teachers().of(new float[] {1, 1}, new double[0])).containsExactly(0.25f, 0.75f);
    assertThat(teachers().of(new float[] {3, 3}, new double[0])).containsExactly(0.25f, 0.75f);
    assertThat(teachers().of(new float[] {2, 2}, new double[0])).containsExactly(0.875f, 0.125f);
  }

  @Test
  void anyOtherRowGetsTheMeanOfAllTeachers() {
    assertThat(teachers().of(new float[] {1, 2}, new double[0])).containsExactly(0.5625f, 0.4375f);
  }

  @Test
  void theLabelOfAFoldIsTheWeightedMeanOfItsModels() {
    FoldTeachers weighted =
        new FoldTeachers(
            List.of(List.of(always(0), always(1)), List.of(always(0), always(1))),
            new double[][] {{0.75, 0.25}, {0.5, 0.5}},
            LABELLED,
            FOLDS);
    assertThat(weighted.of(new float[] {1, 1}, new double[0])).containsExactly(0.25f, 0.75f);
    assertThat(weighted.of(new float[] {9, 9}, new double[0])).containsExactly(0.375f, 0.625f);
  }

  /** −log p of 0.75, 0.0625 and 0.75, of which the second is wrong. */
  @Test
  void measuresAreOfTeachersThatHaveNotSeenTheRow() {
    LabelledRows rows = LabelledRows.unweighted(LABELLED, new double[] {1, 1, 1}, 2);
    var measures =
        TeacherReport.measures(
            rows,
            FOLDS,
            new double[][] {{0.5, 0.5}, {0.25, 0.75}},
            new double[][][] {
              {{0, 1}, {0.75, 0.25}, {0, 1}},
              {{0.5, 0.5}, {1, 0}, {0.5, 0.5}}
            },
            List.of(ModelKind.RANDOM_FOREST, ModelKind.LINEAR));
    double loss = -(2 * Math.log(0.75) + Math.log(0.0625)) / 3;
    assertThat(measures.get("teacher-loss")).isCloseTo(loss, within(1e-12));
    assertThat(measures.get("teacher-accuracy")).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(measures).containsEntry("teacher-rows", 3.0).containsEntry("teacher-folds", 2.0);
    // p = 1, 0.25 and 1.
    assertThat(measures.get("teacher-loss-random-forest"))
        .isCloseTo(-Math.log(0.25) / 3, within(1e-12));
    assertThat(measures)
        .containsEntry("teacher-weight-random-forest", 0.375)
        .containsEntry("teacher-weight-linear", 0.625);
  }

  @Test
  void probabilitiesOfAColumnAreDividedByTheirSum() {
    ColumnLabels labels = new ColumnLabels("p");
    assertThat(labels.of(new float[0], new double[] {0.25})).containsExactly(0.75f, 0.25f);
    assertThat(labels.of(new float[0], new double[] {0.333, 0.333, 0.333}))
        .containsExactly(1 / 3f, 1 / 3f, 1 / 3f);
    for (double[] wrong : new double[][] {{-0.1}, {1.2}, {0.5, 0.6}, {1.1, -0.1}, {0, 0}}) {
      assertThatThrownBy(() -> labels.of(new float[0], wrong))
          .hasMessageContaining("column p")
          .hasMessageContaining("task.teacher.column");
    }
  }
}
