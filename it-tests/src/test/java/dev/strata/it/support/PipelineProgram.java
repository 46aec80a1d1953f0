package dev.strata.it.support;

import dev.strata.api.EncoderModel;
import dev.strata.api.FrozenFeatures;
import dev.strata.api.LayerwisePretrainer;
import dev.strata.api.StrataClassifier;
import dev.strata.api.StrataClassifierModel;
import dev.strata.api.StrataRegressionModel;
import dev.strata.api.StrataRegressor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A user's driver that saves a Spark ML pipeline with Strata's stages, as it is and fitted, and
 * applies what another driver has saved; on whichever Spark runs it.
 */
public final class PipelineProgram {
  private static final String[] INPUTS = {"x0", "x1", "x2", "x3", "x4", "x5"};

  private PipelineProgram() {}

  /**
   * Saves a pipeline, fits the first of others again, and writes to {@code FOLDER/on-VERSION.txt}
   * what {@link #apply} returns of each of them.
   *
   * @param arguments table, folder to save to unless it is there, folders of other saved pipelines
   */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession session = SparkSession.builder().getOrCreate()) {
      List<String> given = Arrays.asList(arguments);
      Path own = Path.of(given.get(1));
      if (!Files.exists(own)) {
        save(session, given.get(0), own);
      }
      Path first = Path.of(given.get(2));
      Files.writeString(again(first, session.version()), fitAgain(session, given.get(0), first));
      for (String saved : given.subList(2, given.size())) {
        Files.writeString(
            result(Path.of(saved), session.version()),
            apply(session, given.get(0), Path.of(saved)));
      }
    }
  }

  /** Where {@link #main} writes the predictions of a pipeline on a version of Spark. */
  public static Path result(Path saved, String version) {
    return saved.resolve("on-" + version + ".txt");
  }

  /** Where {@link #main} writes modelSha256 of the models of a pipeline that was fitted again. */
  public static Path again(Path saved, String version) {
    return saved.resolve("again-on-" + version + ".txt");
  }

  /**
   * Fits the pipeline, and saves it as {@code pipeline} and {@code fitted}.
   *
   * @param table the example's, a CSV file
   */
  public static void save(SparkSession session, String table, Path folder) throws IOException {
    Dataset<Row> rows = rows(session, table);
    EncoderModel encoder = pretrainer(folder).fit(rows);
    String model = folder.resolve("encoder").toString();
    encoder.model().save(session, model);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  pretrainer(folder).setSeed(3),
                  new FrozenFeatures().setModel(model).setOutputCols("code"),
                  new StrataClassifier()
                      .setFeaturesCol("code")
                      .setHiddenUnits(5)
                      .setEpochs(1)
                      .setWorkFolder(folder.toString()),
                  new VectorAssembler()
                      .setInputCols(new String[] {"encoded", "code"})
                      .setOutputCol("both"),
                  new StrataRegressor()
                      .setFeaturesCol("both")
                      .setLabelCol("height")
                      .setPredictionCol("estimate")
                      .setHiddenUnits(5)
                      .setEpochs(1)
                      .setWorkFolder(folder.toString())
                });
    pipeline.write().save(folder.resolve("pipeline").toString());
    pipeline.fit(rows).write().save(folder.resolve("fitted").toString());
  }

  /** Loads the fitted pipeline; returns its predictions and its models. */
  public static String apply(SparkSession session, String table, Path folder) {
    Dataset<Row> rows = rows(session, table);
    List<String> lines = new ArrayList<>();
    PipelineModel fitted = PipelineModel.load(folder.resolve("fitted").toString());
    for (Row row :
        fitted
            .transform(rows)
            .select("number", "encoded", "code", "probability", "prediction", "estimate")
            .orderBy("number")
            .collectAsList()) {
      lines.add(row.mkString("|"));
    }
    lines.add(models(fitted));
    return String.join("\n", lines);
  }

  /** Loads the pipeline as it is and fits it; returns modelSha256 of its models. */
  public static String fitAgain(SparkSession session, String table, Path folder) {
    Pipeline pipeline = Pipeline.load(folder.resolve("pipeline").toString());
    return models(pipeline.fit(rows(session, table)));
  }

  private static LayerwisePretrainer pretrainer(Path folder) {
    return new LayerwisePretrainer()
        .setFeatureCols(INPUTS)
        .setHiddenUnits(4)
        .setScaling("min-max")
        .setEpochs(1)
        .setWorkFolder(folder.toString());
  }

  private static String models(PipelineModel pipeline) {
    return String.join(
        " ",
        ((EncoderModel) pipeline.stages()[0]).modelSha256(),
        ((StrataClassifierModel) pipeline.stages()[2]).modelSha256(),
        ((StrataRegressionModel) pipeline.stages()[4]).model().modelSha256());
  }

  private static Dataset<Row> rows(SparkSession session, String table) {
    List<String> columns = new ArrayList<>(List.of("cast(number as int) as number"));
    for (String input : INPUTS) {
      columns.add("cast(" + input + " as double) as " + input);
    }
    columns.add("cast(ascii(species) - ascii('a') as double) as label");
    columns.add("cast(x6 as double) as height");
    return session
        .read()
        .option("header", true)
        .csv(table)
        .selectExpr(columns.toArray(new String[0]))
        .where("number < 300");
  }
}
