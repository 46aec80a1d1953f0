package dev.strata.driver.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark ML's models on rows whose first number decides the label. */
class ModelFitTest {
  private static final int ROWS = 60;
  private static final ModelFit.Trees FEW = new ModelFit.Trees(20, 5);

  private static LabelledRows rows(int classes) {
    Random random = new Random(2);
    float[][] features = new float[ROWS][];
    double[] labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      float x = random.nextFloat();
      features[i] = new float[] {x, random.nextFloat()};
      labels[i] = classes == 0 ? 10 * x : (int) (classes * x);
    }
    return new LabelledRows(features, labels, classes);
  }

  private static List<Opinion> fitted(LabelledRows rows, List<TeacherModel> models, long seed) {
    int[] folds = rows.folds(3);
    return new ModelFit(LocalSpark.session(), rows, FEW, seed).fit(models, folds, 1);
  }

  private static Vector row(double x) {
    return Vectors.dense(x, 0.5);
  }

  @ParameterizedTest
  @EnumSource(TeacherModel.class)
  void everyModelLearnsClassesAndValues(TeacherModel model) {
    Opinion ofClasses = fitted(rows(2), List.of(model), 1).get(0);
    assertThat(ofClasses.of(row(0.1))[0]).isGreaterThan(0.52);
    assertThat(ofClasses.of(row(0.9))[1]).isGreaterThan(0.52);
    assertThat(Arrays.stream(ofClasses.of(row(0.4))).sum()).isCloseTo(1, within(1e-9));
    Opinion ofValues = fitted(rows(0), List.of(model), 1).get(0);
    assertThat(ofValues.of(row(0.9))).hasSize(1);
    assertThat(ofValues.of(row(0.9))[0] - ofValues.of(row(0.1))[0]).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void theSameRowsAndSeedGiveTheSameBits(int classes) {
    double[][] one = labels(rows(classes), 1);
    assertThat(labels(rows(classes), 1)).isDeepEqualTo(one);
    assertThat(one[0]).hasSize(classes);
    assertThat(Arrays.deepEquals(labels(rows(classes), 2), one)).as("another seed").isFalse();
  }

  /** Of a forest and a regression, one after the other. */
  private static double[][] labels(LabelledRows rows, long seed) {
    List<TeacherModel> models = List.of(TeacherModel.RANDOM_FOREST, TeacherModel.LINEAR);
    return fitted(rows, models, seed).stream()
        .flatMap(model -> IntStream.range(0, 20).mapToObj(i -> model.of(row(0.05 * i))))
        .toArray(double[][]::new);
  }
}
