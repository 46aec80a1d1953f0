package dev.strata.driver.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark ML's models on rows whose first number decides the label. */
class ModelFitTest {
  private static final int ROWS = 60;

  private static LabelledRows rows(int classes) {
    Random random = new Random(2);
    float[][] features = new float[ROWS][];
    double[] labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      float x = random.nextFloat();
      features[i] = new float[] {x, random.nextFloat()};
      labels[i] = classes == 0 ? 10 * x : (int) (classes * x);
    }
    return LabelledRows.unweighted(features, labels, classes);
  }

  /** Without every third row. */
  private static FittedModel fitted(LabelledRows rows, ModelKind kind, long seed) {
    int[] chosen = IntStream.range(0, ROWS).filter(row -> row % 3 != 1).toArray();
    try (ModelFit fit = new ModelFit(LocalSpark.session(), rows, seed)) {
      Map<String, Object> parameters =
          new TreeMap<>(kind.settings().get(0).parameters(chosen.length, seed));
      parameters.computeIfPresent("numTrees", (name, usual) -> 20);
      if (kind == ModelKind.GRADIENT_BOOSTING) {
        parameters.put("maxIter", 12);
      }
      return fit.fit(kind, parameters, chosen);
    }
  }

  private static Vector row(double x) {
    return Vectors.dense(x, 0.5);
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void everyModelLearnsClassesAndValues(ModelKind model) {
    FittedModel ofClasses = fitted(rows(2), model, 1);
    assertThat(ofClasses.of(row(0.1))[0]).isGreaterThan(0.52);
    assertThat(ofClasses.of(row(0.9))[1]).isGreaterThan(0.52);
    assertThat(Arrays.stream(ofClasses.of(row(0.4))).sum()).isCloseTo(1, within(1e-9));
    FittedModel ofValues = fitted(rows(0), model, 1);
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
    return Stream.of(ModelKind.RANDOM_FOREST, ModelKind.LINEAR)
        .map(kind -> fitted(rows, kind, seed))
        .flatMap(model -> IntStream.range(0, 20).mapToObj(i -> model.of(row(0.05 * i))))
        .toArray(double[][]::new);
  }

  /** A line through x, with one number in each row. */
  private static LabelledRows line(double factor, double constant) {
    Random random = new Random(5);
    float[][] features = new float[ROWS][1];
    double[] labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      features[i][0] = (float) random.nextGaussian();
      labels[i] = factor * (20 * features[i][0] + random.nextGaussian()) + constant;
    }
    return LabelledRows.unweighted(features, labels, 0);
  }

  /** The slope that has the lowest ½ Σ (y - a - b x)² + ½ penalty · b². */
  private static double slope(LabelledRows rows, double penalty) {
    double meanX = IntStream.range(0, ROWS).mapToDouble(i -> rows.features()[i][0]).sum() / ROWS;
    double meanY = Arrays.stream(rows.labels()).sum() / ROWS;
    double xy = 0;
    double xx = penalty;
    for (int i = 0; i < ROWS; i++) {
      double x = rows.features()[i][0] - meanX;
      xy += x * (rows.labels()[i] - meanY);
      xx += x * x;
    }
    return xy / xx;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 1, 1000})
  void thePenaltyOfValuesDoesNotDependOnTheirUnit(double unit) {
    LabelledRows rows = line(unit, 0);
    int[] all = IntStream.range(0, ROWS).toArray();
    try (ModelFit fit = new ModelFit(LocalSpark.session(), rows, 1)) {
      for (ModelSetting setting : ModelKind.LINEAR.settings()) {
        FittedModel model = fit.fit(setting, all);
        double found = model.of(Vectors.dense(1))[0] - model.of(Vectors.dense(0))[0];
        assertThat(found / unit)
            .as(setting.words())
            .isCloseTo(slope(line(1, 0), setting.value()), within(1e-6));
      }
    }
  }

  /** The other solver is that of more than 4096 columns. */
  @ParameterizedTest
  @ValueSource(strings = {"normal", "l-bfgs"})
  void aThousandTimesTheLabelsArePredictedAThousandTimes(String solver) {
    double one = predicted(line(1, 5), solver);
    assertThat(predicted(line(1000, 5000), solver)).isCloseTo(1000 * one, within(1e-3));
    assertThat(predicted(line(0, 5000), solver)).as("one value").isEqualTo(5000, within(1e-9));
  }

  private static double predicted(LabelledRows rows, String solver) {
    int[] all = IntStream.range(0, ROWS).toArray();
    Map<String, Object> parameters =
        new TreeMap<>(ModelKind.LINEAR.settings().get(2).parameters(ROWS, 1));
    parameters.put("solver", solver);
    try (ModelFit fit = new ModelFit(LocalSpark.session(), rows, 1)) {
      return fit.fit(ModelKind.LINEAR, parameters, all).of(Vectors.dense(2))[0];
    }
  }

  @Test
  void boostingHasStages() {
    FittedModel model = fitted(rows(0), ModelKind.GRADIENT_BOOSTING, 1);
    assertThat(model.stages()).extracting(FittedModel.Stage::rounds).containsExactly(10, 12);
    FittedModel last = model.stages().get(1).model();
    assertThat(last.of(row(0.9))).isEqualTo(model.of(row(0.9)));
    assertThat(loss(last)).isLessThan(loss(model.stages().get(0).model()));
    FittedModel linear = fitted(rows(0), ModelKind.LINEAR, 1);
    assertThat(linear.stages()).hasSize(1);
  }

  /** On the rows that it was fitted to. */
  private static double loss(FittedModel model) {
    LabelledRows rows = rows(0);
    return IntStream.range(0, ROWS)
        .filter(i -> i % 3 != 1)
        .mapToDouble(i -> rows.loss(i, model.of(rows.row(i))))
        .sum();
  }

  /** As Spark ML itself adds up the trees. */
  @Test
  void boostedProbabilitiesAreThoseOfSparkMl() {
    LabelledRows rows = rows(2);
    BoostedModel model = (BoostedModel) fitted(rows, ModelKind.GRADIENT_BOOSTING, 1);
    GBTClassificationModel same =
        new GBTClassificationModel("same", model.trees(), model.weights());
    for (int i = 0; i < ROWS; i++) {
      assertThat(model.of(rows.row(i)))
          .containsExactly(same.predictProbability(rows.row(i)).toArray(), within(1e-12));
    }
  }

  @Test
  void rowsOfWeightZeroCountForNothing() {
    LabelledRows rows = rows(0);
    for (int i = 0; i < ROWS; i++) {
      rows.weights()[i] = rows.features()[i][0] > 0.5 ? 0 : 1;
      rows.labels()[i] += 100 * (1 - rows.weights()[i]);
    }
    assertThat(fitted(rows, ModelKind.RANDOM_FOREST, 1).of(row(0.9))[0]).isLessThan(10);
  }

  @Test
  void piecesKeepTheirOrderAndTheirFailures() {
    try (ModelFit fit = new ModelFit(LocalSpark.session(), rows(2), 1)) {
      assertThat(fit.all(5, piece -> 2 * piece)).containsExactly(0, 2, 4, 6, 8);
      assertThatThrownBy(
              () ->
                  fit.all(
                      3,
                      piece -> {
                        throw new IllegalArgumentException("piece " + piece);
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("piece 0");
    }
  }
}
