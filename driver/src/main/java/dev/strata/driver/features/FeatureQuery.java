package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.spark.SparkCalls;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns of models beside columns of any DataFrame.
 *
 * @param rows of the source
 * @param models the model, or several that read rows alike
 * @param columns computed
 * @param reader finds the model's features in the rows
 * @param carried positions of the columns that go along, before the computed ones
 * @param batchSize rows computed at once
 * @param badRows {@code QUARANTINE} leaves them out
 */
public record FeatureQuery(
    Dataset<Row> rows,
    ModelEnsemble models,
    FeatureColumns columns,
    SourceRowReader reader,
    int[] carried,
    int batchSize,
    BadRows badRows) {
  /** Of one model. */
  public FeatureQuery(
      Dataset<Row> rows,
      ModelBundle bundle,
      FeatureColumns columns,
      SourceRowReader reader,
      int[] carried,
      int batchSize,
      BadRows badRows) {
    this(rows, ModelEnsemble.of(bundle), columns, reader, carried, batchSize, badRows);
  }

  /** Of what comes out. */
  public StructType schema() {
    StructType source = rows.schema();
    StructType schema = new StructType();
    for (int position : carried) {
      schema = schema.add(source.fields()[position]);
    }
    for (var field : columns.fields()) {
      schema = schema.add(field);
    }
    return schema;
  }

  /** Positions of all columns. */
  public static int[] all(Dataset<Row> rows) {
    return IntStream.range(0, rows.schema().size()).toArray();
  }

  /** A DataFrame like any other: nothing is computed or read before an action asks for it. */
  public Dataset<Row> lazily() {
    FeatureTask<Row, Row> task =
        new FeatureTask<>(
            model(),
            reader,
            new ExternalRows(carried, columns.type()),
            columns,
            batchSize,
            badRows,
            FeatureCounts.in(rows.sparkSession().sparkContext()));
    StructType schema = schema();
    // Spark's encoder of rows forgets the columns' metadata.
    Column[] columnsAsTheyAre =
        Arrays.stream(schema.fields()).map(FeatureQuery::asItIs).toArray(Column[]::new);
    return rows.mapPartitions(task, Encoders.row(schema)).select(columnsAsTheyAre);
  }

  private static Column asItIs(StructField field) {
    return SourceColumns.column(field.name()).as(field.name(), field.metadata());
  }

  /**
   * The same for one action that follows at once. The rows keep Spark's own form, which is several
   * times faster with long arrays; the source's plan is settled here, and what it shuffles is
   * shuffled.
   *
   * @param action its tasks add to the counts
   */
  public void run(FeatureCounts counts, Consumer<Dataset<Row>> action) {
    FeatureModel model = model();
    try {
      action.accept(settled(model, counts));
    } finally {
      model.destroy();
    }
  }

  private Dataset<Row> settled(FeatureModel model, FeatureCounts counts) {
    var task =
        new FeatureTask<>(
            model,
            reader,
            new InternalRows(rows.schema(), carried, columns.type()),
            columns,
            batchSize,
            badRows,
            counts);
    return SparkCalls.frame(
        rows.sparkSession(), SparkRows.of(rows, carried).mapPartitions(task).rdd(), schema());
  }

  private FeatureModel model() {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    return FeatureModel.broadcast(context, models, columns.reconstructionError());
  }
}
