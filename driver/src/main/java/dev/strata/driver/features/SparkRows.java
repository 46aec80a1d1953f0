package dev.strata.driver.features;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Rows of a DataFrame in Spark's own form, each valid until the next is asked for. Rows that Spark
 * scans in columns, as of Parquet files, are views of the columns: Spark itself would copy each of
 * their numbers on its own, which takes as long as to read them.
 */
final class SparkRows {
  private SparkRows() {}

  /**
   * @param carried positions of the columns that are copied from the rows
   */
  static JavaRDD<InternalRow> of(Dataset<Row> rows, int[] carried) {
    return inColumns(rows.queryExecution().executedPlan())
        .filter(plan -> canView(rows.schema(), carried))
        .map(plan -> plan.executeColumnar().toJavaRDD().flatMap(ColumnarBatch::rowIterator))
        .orElseGet(() -> rows.queryExecution().toRdd().toJavaRDD());
  }

  /**
   * A scan of files in columns that Spark only turns into rows. Its reader owns the columns and
   * uses them again; those of other sources would have to be closed.
   */
  private static Optional<SparkPlan> inColumns(SparkPlan plan) {
    SparkPlan last = plan instanceof WholeStageCodegenExec stage ? stage.child() : plan;
    if (!(last instanceof ColumnarToRowExec rows)) {
      return Optional.empty();
    }
    SparkPlan scan = rows.child() instanceof InputAdapter input ? input.child() : rows.child();
    return scan instanceof FileSourceScanExec ? Optional.of(scan) : Optional.empty();
  }

  /** Whether views give each cell of the rows, and copies of those that are carried along. */
  private static boolean canView(StructType schema, int[] carried) {
    return Arrays.stream(schema.fields()).allMatch(field -> isViewed(field.dataType()))
        && Arrays.stream(carried).allMatch(column -> isPlain(schema.fields()[column].dataType()));
  }

  private static boolean isViewed(DataType type) {
    return isPlain(type) || type instanceof ArrayType array && isPlain(array.elementType());
  }

  private static boolean isPlain(DataType type) {
    return type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof StringType
        || type instanceof BinaryType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }
}
