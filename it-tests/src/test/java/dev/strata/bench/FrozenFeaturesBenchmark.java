package dev.strata.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import dev.strata.api.FrozenFeatures;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.device.BlasThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;

/**
 * Spark's logistic regression on pixels and on features of a pretrained stack: the same rows with
 * labels, the same folds, both choosing {@code regParam} from one grid by cross-validation, both
 * measured on the same test rows. The pipeline of features is then saved, loaded in another
 * session, and must predict the same.
 *
 * <p>Arguments {@code name=value}: {@code idx} (folder of the four IDX files), {@code model} (run
 * of {@code strata pretrain} on the training images), {@code layer}, {@code labels} (in all, the
 * same number of each class), {@code folds}, {@code seed} of the draw, {@code grid}.
 */
public final class FrozenFeaturesBenchmark {
  private static final int CLASSES = 10;

  private final BenchArguments arguments;
  private final Path work;
  private final List<Double> grid;

  private FrozenFeaturesBenchmark(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
    this.grid = arguments.texts("grid").stream().map(Double::valueOf).toList();
  }

  public static void main(String[] given) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("idx", "");
    defaults.put("model", "");
    defaults.put("layer", "hidden-1");
    defaults.put("labels", "1000");
    defaults.put("folds", "5");
    defaults.put("seed", "1");
    defaults.put("grid", "0.00001,0.0001,0.001,0.003,0.01,0.03,0.1,0.3");
    defaults.put("iterations", "100");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    Path work = Files.createTempDirectory("strata-features");
    new FrozenFeaturesBenchmark(arguments, work).run();
  }

  private void run() throws IOException {
    List<Row> predicted;
    try (BenchSession session = new BenchSession("frozen-features", 2, work.resolve("first"))) {
      Dataset<Row> labelled = labelled(session.session()).cache();
      Dataset<Row> test = images(session.session(), "t10k").cache();
      System.out.println(arguments);
      compared("pixels", pixels(), labelled, test);
      PipelineModel best = compared("features", features(), labelled, test);
      best.write().save(work.resolve("pipeline").toUri().toString());
      predicted = predictions(best, test);
    }
    try (BenchSession session = new BenchSession("another-session", 2, work.resolve("second"))) {
      PipelineModel loaded = PipelineModel.load(work.resolve("pipeline").toUri().toString());
      boolean same = predictions(loaded, images(session.session(), "t10k")).equals(predicted);
      System.out.println(
          "loaded in another session: " + (same ? "same" : "OTHER") + " predictions");
    }
  }

  private PipelineStage[] pixels() {
    return new PipelineStage[] {regression().setFeaturesCol("pixels")};
  }

  private PipelineStage[] features() {
    FrozenFeatures features =
        new FrozenFeatures()
            .setModel(arguments.text("model"))
            .setLayers(arguments.text("layer"))
            .setOutputCols("x");
    return new PipelineStage[] {features, regression()};
  }

  private LogisticRegression regression() {
    return new LogisticRegression().setFeaturesCol("x").setMaxIter(arguments.integer("iterations"));
  }

  private PipelineModel compared(
      String name, PipelineStage[] stages, Dataset<Row> labelled, Dataset<Row> test) {
    long begun = System.nanoTime();
    LogisticRegression regression = (LogisticRegression) stages[stages.length - 1];
    double[] values = grid.stream().mapToDouble(Double::doubleValue).toArray();
    ParamMap[] maps = new ParamGridBuilder().addGrid(regression.regParam(), values).build();
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(new Pipeline().setStages(stages))
            .setEstimatorParamMaps(maps)
            .setEvaluator(accuracy())
            .setNumFolds(arguments.integer("folds"))
            .setFoldCol("fold")
            .fit(labelled);
    List<String> means = new ArrayList<>();
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      double mean = chosen.avgMetrics()[i];
      means.add(String.format(Locale.ROOT, "%s: %.4f", grid.get(i), mean));
      best = mean > chosen.avgMetrics()[best] ? i : best;
    }
    PipelineModel model = (PipelineModel) chosen.bestModel();
    System.out.printf(
        Locale.ROOT,
        "%-9s chosen regParam %s, cross-validated %.4f, test %.4f (%.0f s)%n          %s%n",
        name,
        grid.get(best),
        chosen.avgMetrics()[best],
        accuracy().evaluate(model.transform(test)),
        (System.nanoTime() - begun) / 1e9,
        String.join(", ", means));
    return model;
  }

  private static MulticlassClassificationEvaluator accuracy() {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy");
  }

  private static List<Row> predictions(PipelineModel model, Dataset<Row> rows) {
    return model
        .transform(rows)
        .select(xxhash64(col("image")).as("key"), col("prediction"), col("probability"))
        .orderBy("key", "prediction")
        .collectAsList();
  }

  /** The same number of each class, chosen by a seeded hash, with the number of their fold. */
  private Dataset<Row> labelled(SparkSession spark) {
    var order =
        Window.partitionBy("label")
            .orderBy(xxhash64(lit(arguments.integer("seed")), col("image")), col("image"));
    return images(spark, "train")
        .withColumn("place", row_number().over(order))
        .where(col("place").leq(arguments.integer("labels") / CLASSES))
        .withColumn("fold", pmod(col("place"), lit(arguments.integer("folds"))).cast("int"))
        .drop("place")
        .coalesce(2);
  }

  private static Vector pixels(byte[] image) {
    double[] pixels = new double[image.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (image[i] & 0xFF) / 255.0;
    }
    return Vectors.dense(pixels);
  }

  /** Columns image, label, and the pixels as a vector. */
  private Dataset<Row> images(SparkSession spark, String part) {
    String folder = arguments.text("idx") + "/" + part;
    DataSettings settings =
        TestDataSettings.data()
            .format("idx")
            .from(
                TestDataSettings.source(
                    folder + "-images-idx3-ubyte.gz",
                    folder + "-labels-idx1-ubyte.gz",
                    null,
                    null,
                    null))
            .build();
    UDF1<byte[], Vector> scaled = FrozenFeaturesBenchmark::pixels;
    return SourceReader.read(spark, settings, settings.source())
        .withColumn("label", col("label").cast("double"))
        .withColumn("pixels", udf(scaled, SQLDataTypes.VectorType()).apply(col("image")));
  }
}
