package dev.strata.bench;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.testing.TestDataSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A Parquet table of an id and random numbers, as images have them (bytes, {@code binary}) or as
 * {@code array<float>} in [0, 1).
 */
final class GeneratedRows {
  static final String FEATURES = "features";

  private static final long ROWS_OF_A_FILE = 50_000;

  private GeneratedRows() {}

  /** Writes the table unless the folder has it already. */
  static void write(SparkSession spark, Path folder, long rows, int width, boolean bytes) {
    if (Files.exists(folder.resolve("_SUCCESS"))) {
      return;
    }
    DataType type =
        bytes ? DataTypes.BinaryType : DataTypes.createArrayType(DataTypes.FloatType, false);
    StructType schema =
        new StructType().add("id", DataTypes.LongType, false).add(FEATURES, type, false);
    int parts = (int) ((rows + ROWS_OF_A_FILE - 1) / ROWS_OF_A_FILE);
    var generated =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(LongStream.range(0, parts).boxed().toList(), parts)
            .mapPartitions(generator(rows, width, bytes));
    spark
        .internalCreateDataFrame(generated.rdd(), schema, false)
        .write()
        .parquet(folder.toString());
  }

  private static FlatMapFunction<Iterator<Long>, InternalRow> generator(
      long rows, int width, boolean bytes) {
    return parts -> {
      long first = parts.next() * ROWS_OF_A_FILE;
      SplittableRandom random = new SplittableRandom(first);
      return LongStream.range(first, Math.min(rows, first + ROWS_OF_A_FILE))
          .mapToObj(
              id -> {
                Object[] cells = {id, bytes ? bytes(random, width) : floats(random, width)};
                return (InternalRow) new GenericInternalRow(cells);
              })
          .iterator();
    };
  }

  private static byte[] bytes(SplittableRandom random, int width) {
    byte[] row = new byte[width];
    random.nextBytes(row);
    return row;
  }

  private static ArrayData floats(SplittableRandom random, int width) {
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      row[i] = (random.nextLong() >>> 40) * 0x1.0p-24f;
    }
    return UnsafeArrayData.fromPrimitiveArray(row);
  }

  /** As an extraction takes it. */
  static DataSettings settings(Path folder) {
    return TestDataSettings.data().from(folder.toString()).id("id").build();
  }
}
