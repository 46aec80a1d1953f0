package dev.strata.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.StructType;

/**
 * A table of features that costs nothing to compute: some real ones, over and over, more of them
 * than a dictionary of Parquet holds.
 */
record FeatureTable(
    SparkSession spark, StructType schema, List<float[]> some, int parts, long rows) {
  private static final int SOME = 4096;

  /**
   * @param folder of features, an id and one layer
   * @param threads that write at once
   * @param rows of the table
   */
  static FeatureTable of(SparkSession spark, Path folder, int threads, long rows) {
    Dataset<Row> features = spark.read().parquet(folder.toString());
    List<float[]> some =
        features.limit(SOME).collectAsList().stream().map(FeatureTable::numbers).toList();
    int parts = Math.max(threads, (int) (rows / 50_000));
    return new FeatureTable(spark, features.schema(), some, parts, rows);
  }

  private static float[] numbers(Row row) {
    List<Float> list = row.getList(1);
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i);
    }
    return numbers;
  }

  void write(Path folder) {
    var table =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(LongStream.range(0, parts).boxed().toList(), parts)
            .mapPartitions(repeated(some, parts, rows));
    spark
        .internalCreateDataFrame(table.rdd(), schema, false)
        .write()
        .mode("overwrite")
        .parquet(folder.toString());
  }

  private static FlatMapFunction<Iterator<Long>, InternalRow> repeated(
      List<float[]> some, int parts, long rows) {
    return part -> {
      long first = part.next() * rows / parts;
      long end = Math.min(rows, first + rows / parts);
      return LongStream.range(first, end)
          .mapToObj(
              id -> {
                float[] numbers = some.get((int) (id % some.size()));
                Object[] cells = {id, UnsafeArrayData.fromPrimitiveArray(numbers)};
                return (InternalRow) new GenericInternalRow(cells);
              })
          .iterator();
    };
  }
}
