package dev.strata.driver.features;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceName;
import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.preparation.DataLook;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Writes the features of each row of a source as Parquet: the id columns of the source, then the
 * {@link FeatureColumns}. Rows are encoded as the model's training rows were; within a file they
 * keep the order of the source, unless the features are partitioned.
 */
public final class FeatureExtractor {
  private final SparkSession spark;
  private final Optional<ProgressView> view;
  private final Consumer<String> notice;

  public FeatureExtractor(SparkSession spark) {
    this(spark, Optional.empty(), text -> {});
  }

  /**
   * @param view is shown how far an extraction is
   * @param notice takes one line for the user about how the source is read
   */
  public FeatureExtractor(
      SparkSession spark, Optional<ProgressView> view, Consumer<String> notice) {
    this.spark = spark;
    this.view = view;
    this.notice = notice;
  }

  /** A look at the columns and the first rows of a source, without extracting anything. */
  public static DataLook look(
      SparkSession spark, DataSettings data, ModelEnsemble models, ExtractSettings settings) {
    Preprocessing first = models.first().preprocessing();
    return DataLook.ofRows(
        spark,
        data,
        first,
        SourceColumnChoice.features(first.layout(), data.missingValues()),
        (schema, problems) -> ExtractColumns.of(data, models, settings, schema, problems),
        settings.badRows() == BadRows.QUARANTINE);
  }

  /**
   * Extracts.
   *
   * @throws StrataException (configuration) for layers that the model does not have, columns of one
   *     name, settings of another preprocessing, and features that are there already; (data) for a
   *     source without the model's columns, without rows, or with a row that the model's policies
   *     refuse; (cluster) where the features cannot be written. Features that were there stay, and
   *     no others
   */
  public ExtractResult extract(ExtractRequest request) {
    return SourceName.in(
        () -> SparkFailures.unwrapped(() -> extracted(request)), request.data().source());
  }

  private ExtractResult extracted(ExtractRequest request) {
    BlasThreads.single();
    ExtractSettings settings = request.settings();
    Configuration hadoop = SparkCalls.hadoop(spark);
    FeatureFolder folder = new FeatureFolder(hadoop, request.folder());
    folder.settle();
    folder.admit(request);
    Dataset<Row> rows =
        SourceReader.read(spark, request.data(), request.first().preprocessing().layout(), notice);
    ExtractColumns chosen =
        ExtractColumns.of(request.data(), request.models(), settings, rows.schema());
    SourceColumnChoice columns = chosen.source();
    FeatureColumns computed = chosen.computed();
    SourceRowReader reader = chosen.reader();
    FeatureQuery query =
        new FeatureQuery(
            rows,
            request.models(),
            computed,
            reader,
            columns.idPositions(),
            settings.batchSize(),
            settings.badRows());
    List<Path> old = folder.data();
    EarlierFeatures earlier = new EarlierFeatures(spark);
    if (settings.writeMode() == WriteMode.OVERWRITE_PARTITIONS && !old.isEmpty()) {
      earlier.requireSameTable(old.get(0), query.schema(), settings.partitionBy());
    }
    List<Path> written;
    ExtractResult result;
    folder.begin(old);
    try {
      FeatureCounts counts = run(query, request);
      written = folder.since(old);
      result = result(request, columns, query, counts);
      requireRows(result);
      requireWritten(result, written);
      quarantine(request, result, rows, reader, hadoop);
    } catch (Exception e) {
      // also what Spark had committed by then: features of two attempts would be read as one
      folder.undo(old, request.lock(), e);
      throw e;
    }
    request.lock().ensureHeld();
    List<Path> stay = folder.replace(old, written, settings.writeMode());
    return stay.isEmpty()
        ? result
        : result.beside(earlier.otherModel(stay.get(0), computed.modelSha256()));
  }

  private FeatureCounts run(FeatureQuery query, ExtractRequest request) {
    FeatureCounts counts = FeatureCounts.in(spark.sparkContext());
    Optional<ExtractionProgress> progress =
        view.map(shown -> ExtractionProgress.watch(spark.sparkContext(), shown, counts));
    try {
      query.run(
          counts,
          features ->
              write(features, request.settings().partitionBy(), request.folder().toString()));
    } finally {
      progress.ifPresent(ExtractionProgress::close);
    }
    return counts;
  }

  private static ExtractResult result(
      ExtractRequest request,
      SourceColumnChoice columns,
      FeatureQuery query,
      FeatureCounts counts) {
    return ExtractResultBuilder.builder()
        .folder(request.folder().toString())
        .id(columns.id())
        .layers(query.columns().layers())
        .schema(query.schema())
        .sourceRows(counts.read().value())
        .droppedRows(counts.dropped().value())
        .quarantinedRows(counts.refused().value())
        .quarantine(request.quarantine().toString())
        .build();
  }

  private static void write(Dataset<Row> rows, List<String> partitionBy, String folder) {
    rows.write()
        // Append: what is there is removed later, when nothing can fail any more.
        .mode(SaveMode.Append)
        // Files appear when the whole job is done; version 2 would leave those of a failed one.
        .option("mapreduce.fileoutputcommitter.algorithm.version", "1")
        .partitionBy(partitionBy.toArray(String[]::new))
        .parquet(folder);
  }

  /** A second reading, for sources that have such rows only. */
  private void quarantine(
      ExtractRequest request,
      ExtractResult result,
      Dataset<Row> rows,
      SourceRowReader reader,
      Configuration hadoop) {
    FeatureFolder folder = new FeatureFolder(hadoop, request.quarantine());
    List<Path> old = folder.data();
    if (result.quarantinedRows() > 0) {
      write(
          Quarantine.of(rows, reader, request.first().preprocessing()),
          List.of(),
          result.quarantine());
      folder.remove(old);
    } else if (request.settings().badRows() == BadRows.QUARANTINE || !old.isEmpty()) {
      folder.remove();
    }
  }

  private static void requireRows(ExtractResult result) {
    if (result.rows() > 0) {
      return;
    }
    String all = Counted.of(result.sourceRows(), "row") + ", ";
    throw StrataException.data("the data has no rows")
        .key(result.sourceRows() == 0 ? "data.path" : "data.missing")
        .found(
            result.sourceRows() == 0
                ? "an empty source"
                : result.quarantinedRows() == 0
                    ? all + "all of them dropped for missing values"
                    : all
                        + result.droppedRows()
                        + " of them dropped for missing values and "
                        + result.quarantinedRows()
                        + " rejected; extract.bad-rows = fail reports one")
        .expected("at least one row")
        .build();
  }

  private void requireWritten(ExtractResult result, List<Path> written) {
    String[] paths = written.stream().map(Object::toString).toArray(String[]::new);
    long found = spark.read().schema(result.schema()).parquet(paths).count();
    if (found != result.rows()) {
      throw StrataException.cluster("the features do not have all rows")
          .file(result.folder())
          .found(found + " rows")
          .expected(result.rows() + " rows")
          .build();
    }
  }
}
