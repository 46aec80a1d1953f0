package dev.strata.driver.quickstart;

import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Generated characters as a DataFrame: {@code id} bigint, {@code label} string, {@code image}
 * binary (784 bytes).
 */
public final class GlyphFrame {
  private static final StructType SCHEMA =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("id", DataTypes.LongType, false),
              DataTypes.createStructField("label", DataTypes.StringType, false),
              DataTypes.createStructField("image", DataTypes.BinaryType, false)));

  private GlyphFrame() {}

  /** Images 0 … rows - 1 of the generator, drawn in parallel. */
  public static Dataset<Row> of(SparkSession spark, GlyphGenerator generator, long rows) {
    return spark
        .range(rows)
        .map((MapFunction<Long, Row>) id -> row(generator, id), Encoders.row(SCHEMA));
  }

  private static Row row(GlyphGenerator generator, long id) {
    GlyphGenerator.Glyph glyph = generator.draw(id);
    return RowFactory.create(id, glyph.label(), glyph.pixels());
  }
}
