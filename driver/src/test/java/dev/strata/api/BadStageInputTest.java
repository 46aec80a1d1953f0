package dev.strata.api;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stages name the param and the column that are wrong, before they train. */
class BadStageInputTest extends MlFixture {
  private static final Dataset<Row> POINTS = points(48, 4);

  private StrataClassifier classifier() {
    return new StrataClassifier()
        .setHiddenUnits(4)
        .setEpochs(1)
        .setBatchSize(16)
        .setWorkFolder(temp.toString());
  }

  private static void refuses(FailureKind kind, ThrowingCallable work, String... parts) {
    StrataException failure = failure(work);
    assertThat(failure).hasMessageContainingAll(parts);
    assertThat(failure.kind()).isEqualTo(kind);
  }

  @Test
  void columnsThatAreNotThereOrNotOne() {
    refuses(
        FailureKind.DATA,
        () -> classifier().setFeaturesCol("featurez").fit(POINTS),
        "the DataFrame has no column featurez",
        "featuresCol");
    refuses(
        FailureKind.DATA,
        () -> new LayerwisePretrainer().setFeatureCols("id", "nope").fit(POINTS),
        "no column nope",
        "featureCols");
    refuses(
        FailureKind.DATA,
        () -> classifier().setWeightCol("w").fit(POINTS),
        "no column w",
        "weightCol");
    refuses(
        FailureKind.DATA,
        () -> classifier().setValidationIndicatorCol("held").fit(POINTS),
        "no column held",
        "validationIndicatorCol");
    refuses(
        FailureKind.DATA,
        () -> classifier().fit(POINTS.select(col("label"), col("features"), col("features"))),
        "several columns features");
  }

  @Test
  void aColumnOfTwoPurposes() {
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setFeaturesCol("label").fit(POINTS),
        "a column has two purposes",
        "label, which is also labelCol");
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setFeatureCols("id", "ID").fit(POINTS),
        "a column has two purposes",
        "featureCols");
  }

  @Test
  void columnsToAdd() {
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setProbabilityCol("prediction").fit(POINTS),
        "predictionCol",
        "another name");
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setPredictionCol("").fit(POINTS),
        "predictionCol",
        "has no name");
  }

  @Test
  void paramsWithoutAValue() {
    for (ThrowingCallable set :
        Stream.<ThrowingCallable>of(
                () -> classifier().setFeaturesCol(null),
                () -> classifier().setSettings("seed=1", null),
                () -> classifier().setHiddenUnits((int[]) null))
            .toList()) {
      refuses(FailureKind.CONFIGURATION, set, "a param has no value", "null");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "StrataClassifier",
    "StrataRegressor",
    "LayerwisePretrainer",
    "AuxiliaryPretrainer",
    "StrataClassifierModel",
    "StrataRegressionModel",
    "EncoderModel",
    "FrozenFeatures",
    "FineTuner"
  })
  void foldersWithoutTheStage(String stage) throws Exception {
    Class<?> type = Class.forName("dev.strata.api." + stage);
    var read = (org.apache.spark.ml.util.MLReader<?>) type.getMethod("read").invoke(null);
    refuses(FailureKind.DATA, () -> read.load(at("none")), "no saved stage", at("none"));
    String other = at("other");
    if (stage.equals("StrataRegressor")) {
      classifier().write().overwrite().save(other);
    } else {
      new StrataRegressor().write().overwrite().save(other);
    }
    refuses(
        FailureKind.DATA, () -> read.load(other), "the folder holds another stage", type.getName());
  }

  @Test
  void namesOfColumnsMayHoldDotsAndBlanks() {
    Dataset<Row> rows = POINTS.toDF("id", "the.label", "f e.a`t");
    Dataset<Row> predicted =
        classifier()
            .setLabelCol("the.label")
            .setFeaturesCol("f e.a`t")
            .setRawPredictionCol("r.w")
            .setProbabilityCol("p.b c")
            .setPredictionCol("p.n")
            .fit(rows)
            .transform(rows);
    assertThat(predicted.columns())
        .containsExactly("id", "the.label", "f e.a`t", "r.w", "p.b c", "p.n");
    assertThat((Vector) predicted.first().getAs("p.b c")).matches(vector -> vector.size() == 3);
  }

  @Test
  void twoFitsInOneFolder() throws IOException {
    String output = Files.createDirectory(temp.resolve("output")).toString();
    FitFolder folder = FitFolder.create(SPARK, "", output);
    try (FitRows first = FitRows.of(POINTS, folder)) {
      assertThat(first.persisted()).isFalse();
      refuses(
          FailureKind.CONFIGURATION,
          () -> classifier().setOutputDir(output).fit(POINTS),
          "another fit writes to this folder now",
          "outputDir");
      assertThat(SPARK.catalog().tableExists(first.view())).isTrue();
    }
  }
}
