package dev.strata.executor.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Of rows of a number and a category of two. */
class MaskedRowsTest {
  private static final List<ColumnSpan> COLUMNS =
      List.of(new ColumnSpan(0, 1, false), new ColumnSpan(1, 2, true));

  private static final float[][] ROWS = {{5, 1, 0}, {6, 1, 0}, {7, 0, 1}, {7, 1, 0}};

  private static Minibatch made(CopyExamples examples) {
    return examples.of(new CorruptedGroups.Groups(Nd4j.createFromArray(ROWS), 2, 0));
  }

  @Test
  void copiesAreLabelledByWhatDiffersAndByTheirRow() {
    Minibatch made = made(new MaskedRows(COLUMNS));
    assertThat(made.rows()).isEqualTo(2);
    assertThat(made.inputs()[0].toFloatMatrix())
        .isDeepEqualTo(new float[][] {{6, 1, 0}, {7, 1, 0}});
    assertThat(made.labels()[0].toFloatMatrix())
        .isDeepEqualTo(new float[][] {{1, 0, 5, 1, 0}, {0, 1, 7, 0, 1}});
  }

  @Test
  void metricsAreOfColumnsChangedAndUnchangedAlike() {
    MaskObjective objective = new MaskObjective(COLUMNS, 3, 2);
    INDArray labels = made(objective.examples()).labels()[0];
    // Takes every column for changed: all changed ones are right, no other one is.
    INDArray outputs = Nd4j.createFromArray(new float[][] {{9, 9, 5, 99, 0}, {9, 9, 7, 0, 99}});
    double[] sums = new double[objective.sums()];
    objective.measure(outputs, labels, sums);
    Map<String, Double> metrics = objective.metrics(sums, 2);
    assertThat(metrics.get("mask-accuracy")).isEqualTo(0.5);
    assertThat(metrics.get("reconstruction-loss")).isZero();
    assertThat(metrics.get("loss"))
        .isCloseTo((9 + 2 * Math.log1p(Math.exp(-9))) / 2, within(1e-12));
    assertThat(objective.outputs()).isEqualTo(5);
  }
}
