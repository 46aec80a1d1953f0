package dev.strata.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.zoo.Publisher;
import dev.strata.driver.zoo.Zoo;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FrozenFeaturesTest extends MlFixture {
  private FrozenFeatures features() {
    return new FrozenFeatures().setModel(encoder()).setInputCol("features");
  }

  @Test
  void layersBecomeColumnsEqualToTheNetworks() {
    Dataset<Row> points = points(300, 1);
    FrozenFeatures features = features().setLayers("hidden-1", "output");
    Dataset<Row> transformed = features.transform(points);

    assertThat(transformed.schema()).isEqualTo(features.transformSchema(points.schema()));
    assertThat(transformed.columns())
        .containsExactly("id", "label", "features", "hidden_1", "output");
    assertThat(transformed.schema().apply("hidden_1").metadata().getString("layer"))
        .isEqualTo("hidden-1");
    MultiLayerNetwork network = (MultiLayerNetwork) ENCODER.newModel();
    List<Row> rows = transformed.collectAsList();
    assertThat(rows).hasSize(300);
    for (Row row : rows) {
      double[] point = ((Vector) row.get(2)).toArray();
      INDArray input = Nd4j.createFromArray(new float[][] {{(float) point[0], (float) point[1]}});
      List<INDArray> expected = network.feedForward(input, false);
      for (int layer = 1; layer <= 2; layer++) {
        assertThat(((Vector) row.get(2 + layer)).toArray())
            .containsExactly(expected.get(layer).toDoubleVector(), within(1e-6));
      }
    }
  }

  /** In front of a classifier of Spark's, through its cross-validation, and back from disk. */
  @Test
  void aPipelineIsTunedSavedAndLoadedInAnotherSession() throws IOException {
    Dataset<Row> points = points(240, 2);
    LogisticRegression regression = new LogisticRegression().setFeaturesCol("code").setMaxIter(8);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {features().setLayers("1").setOutputCols("code"), regression});
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(regression.regParam(), new double[] {0.001, 0.5}).build();
    PipelineModel best =
        (PipelineModel)
            new CrossValidator()
                .setEstimator(pipeline)
                .setEstimatorParamMaps(grid)
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .setNumFolds(3)
                .setSeed(1)
                .fit(points)
                .bestModel();
    Dataset<Row> held = points(90, 3);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(best.transform(held));
    assertThat(accuracy).isGreaterThan(0.95);

    best.write().save(at("pipeline"));
    FileUtil.fullyDelete(temp.resolve("encoder").toFile());
    SparkSession before = SparkSession.active();
    SparkSession other = SPARK.newSession();
    SparkSession.setActiveSession(other);
    try {
      PipelineModel loaded = PipelineModel.load(at("pipeline"));
      assertThat(predictions(loaded.transform(held))).isEqualTo(predictions(best.transform(held)));
      FrozenFeatures stage = (FrozenFeatures) loaded.stages()[0];
      assertThat(stage.getOrDefault(stage.outputCols())).containsExactly("code");
    } finally {
      SparkSession.setActiveSession(before);
    }
    damage(temp.resolve("pipeline"));
    StrataException thrown = failure(() -> PipelineModel.load(at("pipeline")));
    assertThat(thrown.kind().exitCode()).isEqualTo(3);
  }

  private static List<Object> predictions(Dataset<Row> rows) {
    return rows.orderBy("id")
        .select("prediction", "probability")
        .javaRDD()
        .map(row -> (Object) List.of(row.get(0), row.get(1)))
        .collect();
  }

  private static void damage(Path pipeline) throws IOException {
    try (var files = Files.walk(pipeline)) {
      Path zip = files.filter(f -> f.endsWith("model.zip")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(zip);
      bytes[bytes.length / 2] ^= 1;
      Files.delete(zip);
      Files.deleteIfExists(zip.resolveSibling("." + zip.getFileName() + ".crc"));
      Files.write(zip, bytes);
    }
  }

  @Test
  void aFrameIsNotReadBeforeAnActionAsks() {
    Dataset<Row> failing =
        points(9, 4)
            .selectExpr("id", "label", "if(id < 0, features, raise_error('read')) as features");
    assertThatCode(() -> features().transform(failing)).doesNotThrowAnyException();
  }

  @Test
  void rowsThatTheModelCannotTakeAreNamedOrSkipped() {
    Dataset<Row> bad =
        points(9, 5).selectExpr("id", "if(id = 4, array(1d), array(1d, 2d)) as features");
    FrozenFeatures features = features();
    assertThatCode(() -> features.transform(bad).collectAsList())
        .hasStackTraceContaining("an array of a different length");
    assertThat(features.setHandleInvalid("skip").transform(bad).count()).isEqualTo(8);
  }

  @Test
  void anotherZooIsLookedIntoForTheSameName() {
    Dataset<Row> points = points(9, 7);
    FrozenFeatures features =
        new FrozenFeatures().setModel("zoo:encoder").setZoo(zoo()).setInputCol("features");
    assertThat(features.transform(points).count()).isEqualTo(9);
    assertThat(failure(() -> features.setZoo(at("empty")).transform(points)))
        .hasMessageContaining("no such model in the zoo: zoo:encoder");
  }

  private String zoo() {
    Zoo zoo = Zoo.at(SPARK.sessionState().newHadoopConf(), at("zoo"));
    new Publisher(zoo, 1 << 20).publish(encoder(), "encoder", Optional.empty(), "model");
    return at("zoo");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingRuns() {
    Dataset<Row> points = points(9, 6);
    assertThat(failure(() -> features().setLayers("hiden-1").transform(points)))
        .hasMessageContaining("did you mean hidden-1?");
    assertThat(failure(() -> features().setOutputCols("label").transform(points)))
        .hasMessageContaining("already has this column");
    assertThat(failure(() -> features().setOutputCols("a", "b").transform(points)).key())
        .hasValue("outputCols");
    assertThat(failure(() -> features().setInputCol("feature").transform(points)))
        .hasMessageContaining("did you mean features?");
    assertThat(failure(() -> new FrozenFeatures().transform(points)).key()).hasValue("model");
    assertThat(failure(() -> new FrozenFeatures().setModel("zoo:a").transform(points)).key())
        .hasValue("zoo");
  }
}
