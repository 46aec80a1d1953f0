package dev.strata.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class StrataClassifierTest extends MlFixture {
  private StrataClassifier classifier() {
    return new StrataClassifier()
        .setHiddenUnits(8)
        .setActivation("tanh")
        .setLearningRate(0.05)
        .setBatchSize(16)
        .setEpochs(3)
        .setWorkFolder(temp.toString());
  }

  @Test
  void learnsTheSameWhateverThePartitionsAndLeavesNothingBehind() throws IOException {
    Dataset<Row> points = points(240, 1);
    StrataClassifierModel model = classifier().fit(points);
    Dataset<Row> predicted = model.transform(points(90, 2));
    assertThat(accuracy(predicted)).isGreaterThan(0.95);
    assertThat(predicted.columns())
        .containsExactly("id", "label", "features", "rawPrediction", "probability", "prediction");
    Vector probabilities = (Vector) predicted.first().getAs("probability");
    assertThat(Arrays.stream(probabilities.toArray()).sum()).isBetween(0.9999, 1.0001);
    assertThat(model.numClasses()).isEqualTo(3);

    StrataClassifierModel again = classifier().fit(points.repartition(5));
    assertThat(again.bundle().model().sha256()).isEqualTo(model.bundle().model().sha256());
    assertThat(SPARK.catalog().listTables().filter("name like 'strata_fit%'").count()).isZero();
    try (var left = Files.list(temp)) {
      assertThat(left.filter(f -> f.getFileName().toString().startsWith("strata-fit"))).isEmpty();
    }
  }

  @Test
  void crossValidationChoosesAmongItsParams() {
    Dataset<Row> points = points(180, 3);
    StrataClassifier classifier = classifier();
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {1e-7, 0.05})
            .build();
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(1)
            .fit(points);
    assertThat(chosen.avgMetrics()[1]).isGreaterThan(chosen.avgMetrics()[0]);
    StrataClassifierModel best = (StrataClassifierModel) chosen.bestModel();
    assertThat(best.bundle().provenance().configuration())
        .containsEntry("network.updater.learning-rate", "0.05");
  }

  /** A class that no row has keeps its place in the vector. */
  @Test
  void elementsOfTheVectorAreNumbersOfClasses() {
    Dataset<Row> gap = points(120, 4).where("label <> 1");
    StrataClassifierModel model = classifier().fit(gap);
    Row row = model.transform(gap).where("label = 2").first();
    Vector probabilities = row.getAs("probability");
    assertThat(probabilities.size()).isEqualTo(3);
    assertThat(probabilities.apply(1)).isZero();
    assertThat((double) row.getAs("prediction")).isEqualTo(2.0);
  }

  @Test
  void aModelIsTunedWithItsLowerLayersAsTheyAre() {
    StrataClassifierModel model =
        new StrataClassifier()
            .setModel(encoder())
            .setFreeze("1")
            .setLearningRate(0.2)
            .setBatchSize(16)
            .setEpochs(4)
            .setWorkFolder(temp.toString())
            .fit(points(240, 5));
    assertThat(accuracy(model.transform(points(90, 6)))).isGreaterThan(0.9);
    float[] tuned = model.bundle().model().parameters().toFloats();
    float[] before = ENCODER.newModel().params().data().asFloat();
    assertThat(Arrays.copyOf(tuned, 2 * 12 + 12)).isEqualTo(Arrays.copyOf(before, 2 * 12 + 12));
    assertThat(Arrays.copyOfRange(tuned, 36, before.length))
        .isNotEqualTo(Arrays.copyOfRange(before, 36, before.length));
    assertThat(model.bundle().provenance().parentSha256()).isNotEmpty();
  }

  @Test
  void missingColumnsAreNamedWithTheirParam() {
    Dataset<Row> rows = points(30, 7);
    assertThatThrownBy(() -> classifier().setFeaturesCol("feature").fit(rows))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no column feature; did you mean features? (key: featuresCol;");
    assertThatThrownBy(() -> classifier().setFeatureCols("labell").fit(rows))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no column labell; did you mean label? (key: featureCols;");
    assertThatThrownBy(() -> classifier().setWeightCol("w").fit(rows))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no column w (key: weightCol;");
    assertThatThrownBy(() -> classifier().setValidationIndicatorCol("held").fit(rows))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no column held (key: validationIndicatorCol;");
    assertThatThrownBy(() -> classifier().setLabelCol("lable").fit(rows))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no column lable; did you mean label? (key: labelCol;");
  }

  @Test
  void theAmountOfGaussianNoiseIsItsDeviation() {
    EncoderModel noisy =
        new LayerwisePretrainer()
            .setHiddenUnits(3)
            .setScaling("min-max")
            .setCorruption("gaussian", 0.25)
            .setEpochs(1)
            .setWorkFolder(temp.toString())
            .fit(points(60, 8));
    assertThat(noisy.bundle().provenance().configuration())
        .containsEntry("pretrain.layer.corruption.deviation", "0.25")
        .containsEntry("pretrain.layer.corruption.type", "gaussian");
  }

  @Test
  void savesAndLoads() throws IOException {
    StrataClassifier classifier = classifier();
    classifier.write().save(at("estimator"));
    StrataClassifier loaded = StrataClassifier.load(at("estimator"));
    assertThat(loaded.getOrDefault(loaded.hiddenUnits())).isEqualTo(new int[] {8});
    StrataClassifierModel model = loaded.fit(points(60, 7));
    model.setPredictionCol("guess").write().save(at("model"));
    StrataClassifierModel same = StrataClassifierModel.load(at("model"));
    Dataset<Row> held = points(30, 8);
    assertThat(same.transform(held).orderBy("id").collectAsList())
        .isEqualTo(model.transform(held).orderBy("id").collectAsList());
    assertThat(same.transform(held).columns()).contains("guess");
    assertThat(Files.isRegularFile(Path.of(at("model"), "bundle", "manifest.json"))).isTrue();
  }

  @Test
  void labelsThatAreNoNumbersOfClassesAreRefused() {
    Dataset<Row> points = points(30, 9);
    assertThat(
            failure(() -> classifier().fit(points.selectExpr("'a' as label", "features"))).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
    assertThat(
            failure(() -> classifier().fit(points.selectExpr("label + 0.5 as label", "features"))))
        .hasMessageContaining("0.5");
    assertThat(failure(() -> classifier().fit(points.drop("label"))).key()).hasValue("labelCol");
  }

  private static double accuracy(Dataset<Row> predicted) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predicted);
  }
}
