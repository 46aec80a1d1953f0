package dev.strata.driver.features;

import dev.strata.driver.data.SourceReader;
import dev.strata.driver.data.SourceRowReader;
import dev.strata.driver.data.SparkFailures;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * What layers of a model compute for each row of a source, as Parquet: the id columns as the source
 * has them, then for each layer a column of the type {@code array<float>}. Rows are encoded as the
 * model's training rows were; within a file they keep the order of the source.
 */
public final class FeatureExtractor {
  private final SparkSession spark;

  public FeatureExtractor(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Extracts.
   *
   * @throws StrataException (configuration) for layers that the model does not have, columns of one
   *     name, and features that are there already; (data) for a source without the model's columns,
   *     without rows, or with a row that the model's policies refuse; (cluster) where the features
   *     cannot be written. Features that were there stay
   */
  public ExtractResult extract(ExtractRequest request) {
    return SparkFailures.unwrapped(() -> extracted(request));
  }

  private ExtractResult extracted(ExtractRequest request) {
    BlasThreads.single();
    Configuration hadoop = spark.sessionState().newHadoopConf();
    FeatureFolder folder = new FeatureFolder(hadoop, request.folder());
    folder.admit(request);
    NetworkReport network = request.bundle().model().network().describe();
    requireWidth(request, network);
    Dataset<Row> rows = SourceReader.read(spark, request.data(), request.data().source());
    SourceColumnChoice columns = SourceColumnChoice.of(request, rows.schema());
    List<LayerColumn> layers = LayerColumns.of(network, request.settings().layers(), columns.id());
    requireMemory(request.settings().batchSize(), network, layers);

    List<Path> old = folder.data();
    LongAccumulator read = spark.sparkContext().longAccumulator();
    LongAccumulator dropped = spark.sparkContext().longAccumulator();
    StructType schema = columns.schema(layers);
    write(request, rows, columns, layers, schema, read, dropped);

    List<Path> written = new ArrayList<>(folder.data());
    written.removeAll(old);
    ExtractResult result =
        new ExtractResult(
            request.folder().toString(), columns.id(), layers, read.value(), dropped.value());
    if (result.rows() == 0) {
      folder.remove(written);
      throw noRows(result);
    }
    requireWritten(result, schema, written);
    folder.remove(old);
    return result;
  }

  private void write(
      ExtractRequest request,
      Dataset<Row> rows,
      SourceColumnChoice columns,
      List<LayerColumn> layers,
      StructType schema,
      LongAccumulator read,
      LongAccumulator dropped) {
    TrainedModel model = request.bundle().model();
    Broadcast<StateVector> parameters =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(model.parameters());
    try {
      FeatureTask task =
          new FeatureTask(
              model.network(),
              parameters,
              request.bundle().preprocessing(),
              SourceRowReader.of(rows.schema(), columns.layout()),
              columns.idPositions(),
              layers,
              request.settings().batchSize(),
              read,
              dropped);
      rows.mapPartitions(task, Encoders.row(schema))
          .write()
          // Append: what is there is removed later, when nothing can fail any more.
          .mode(SaveMode.Append)
          // Files appear when the whole job is done; version 2 would leave those of a failed one.
          .option("mapreduce.fileoutputcommitter.algorithm.version", "1")
          .parquet(request.folder().toString());
    } finally {
      parameters.destroy();
    }
  }

  private static void requireWidth(ExtractRequest request, NetworkReport network) {
    Preprocessing preprocessing = request.bundle().preprocessing();
    if (preprocessing.inputWidth() != network.inputWidth()) {
      throw StrataException.data("the model's preprocessing does not fit its network")
          .key("model")
          .file(request.bundle().folder())
          .found(preprocessing.inputWidth() + " inputs of its preprocessing")
          .expected(network.inputWidth() + " inputs")
          .build();
    }
  }

  private static void requireMemory(
      int batchSize, NetworkReport network, List<LayerColumn> layers) {
    int widest =
        Math.max(
            network.inputWidth(), layers.stream().mapToInt(LayerColumn::width).max().orElse(0));
    // Addressed as bytes by 31 bits.
    int most = Integer.MAX_VALUE / Float.BYTES / Math.max(1, widest);
    if (batchSize > most) {
      throw StrataException.configuration("a batch would not fit into memory")
          .key("extract.batch-size")
          .found(batchSize + " rows of " + widest + " numbers")
          .expected("at most " + most + " rows")
          .build();
    }
  }

  private static StrataException noRows(ExtractResult result) {
    return StrataException.data("the data has no rows")
        .key(result.sourceRows() == 0 ? "data.path" : "data.missing")
        .found(
            result.sourceRows() == 0
                ? "an empty source"
                : result.sourceRows() + " rows, all of them dropped for missing values")
        .expected("at least one row")
        .build();
  }

  private void requireWritten(ExtractResult result, StructType schema, List<Path> written) {
    String[] paths = written.stream().map(Object::toString).toArray(String[]::new);
    long found = spark.read().schema(schema).parquet(paths).count();
    if (found != result.rows()) {
      throw StrataException.cluster("the features do not have all rows")
          .file(result.folder())
          .found(found + " rows")
          .expected(result.rows() + " rows")
          .build();
    }
  }
}
