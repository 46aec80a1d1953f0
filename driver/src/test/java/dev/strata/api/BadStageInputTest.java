package dev.strata.api;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
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
import org.junit.jupiter.params.provider.ValueSource;

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
  void aColumnTwiceOrWithoutAName() {
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setFeatureCols("id", "id").fit(POINTS),
        "a column has two purposes",
        "featureCols; found: id");
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setLabelCol("").fit(POINTS),
        "a column has no name",
        "labelCol",
        "one of id, label, features");
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

  @Test
  void paramsOutOfRange() {
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setEpochs(0),
        "a param has an invalid value (key: epochs; found: 0; expected: ",
        "at least 1");
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setLearningRate(Double.NaN),
        "learningRate; found: NaN",
        "at least 0");
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setScaling("minmax"),
        "scaling; found: minmax",
        "min-max");
    refuses(
        FailureKind.CONFIGURATION,
        () -> new LayerwisePretrainer().setKind("x"),
        "kind; found: x",
        "autoencoder or rbm");
    refuses(
        FailureKind.CONFIGURATION,
        () -> new FrozenFeatures().setOutputType("list"),
        "outputType; found: list",
        "vector or array");
    refuses(
        FailureKind.CONFIGURATION,
        () -> new FrozenFeatures().setLayers("output", null),
        "a param has no value",
        "layers");
  }

  @ParameterizedTest
  @CsvSource({
    "output.dir, outputDir",
    "model, param model",
    "data.label, labelCol",
    "data.label-kind, StrataRegressor",
    "data.weight, weightCol",
    "data.path, DataFrame",
    "data.table, DataFrame",
    "data.sql, DataFrame"
  })
  void settingsThatTheStageItselfMakes(String key, String remedy) {
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setSettings("averaging.every=7", key + " = " + at("other")).fit(POINTS),
        "settings cannot set this key",
        "found: " + key,
        remedy);
    assertThat(temp.resolve("other")).doesNotExist();
  }

  @Test
  void rowsThatAreNotThere() {
    refuses(FailureKind.CONFIGURATION, () -> classifier().fit(null), "no DataFrame", "null");
    Dataset<Row> held = POINTS.withColumn("held", lit(true));
    for (boolean classes : new boolean[] {true, false}) {
      TrainingStage<?, ?> stage = classes ? classifier() : new StrataRegressor();
      refuses(
          FailureKind.DATA,
          () -> stage.setWorkFolder(temp.toString()).setValidationIndicatorCol("held").fit(held),
          "no rows left for training",
          "48 rows, all of them validation or test rows");
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

  @ParameterizedTest
  @ValueSource(strings = {"nofs://x/y", ":"})
  void workFoldersThatAreNone(String folder) {
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setWorkFolder(folder).fit(POINTS),
        "not a folder on a known file system",
        "workFolder; found: " + folder);
  }

  @Test
  void filesInPlaceOfFolders() throws IOException {
    String file = Files.writeString(temp.resolve("file"), "x").toString();
    refuses(
        FailureKind.CONFIGURATION,
        () -> classifier().setWorkFolder(file).fit(POINTS),
        "the work folder is a file",
        file);
    StrataModel model = StrataModel.load(SPARK, encoder());
    model.save(SPARK, at("stage/bundle"));
    refuses(
        FailureKind.DATA,
        () -> StrataModel.load(SPARK, at("stage")),
        "no model found",
        "a saved stage, whose model is in the folder bundle");
    for (String folder : new String[] {file, file + "/model"}) {
      refuses(
          FailureKind.CONFIGURATION,
          () -> model.save(SPARK, folder),
          "cannot write the model: a file is where a folder is needed",
          file);
    }
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
