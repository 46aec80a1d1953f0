package dev.strata.driver.ml;

import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Columns that a classifier needs and those that it adds. */
final class ClassifierSchema {
  private ClassifierSchema() {}

  /**
   * @throws StrataException (data) where there is no such column; (configuration) where its values
   *     are no numbers
   */
  static void requireLabel(StructType schema, String label) {
    if (!Arrays.asList(schema.fieldNames()).contains(label)) {
      throw StrataException.data("the DataFrame has no column " + label)
          .key("labelCol")
          .found("columns " + String.join(", ", schema.fieldNames()))
          .expected(label)
          .build();
    }
    if (!(schema.apply(label).dataType() instanceof NumericType)) {
      throw StrataException.configuration("the label is not a number")
          .key("labelCol")
          .found(label + " of type " + schema.apply(label).dataType().sql())
          .expected("class indices, as StringIndexer makes them")
          .build();
    }
  }

  /**
   * @throws StrataException (configuration) where a column is there already
   */
  static StructType transformed(StructType schema, ClassifierColumns columns) {
    for (String name : new String[] {columns.getProbabilityCol(), columns.getPredictionCol()}) {
      if (Arrays.stream(schema.fieldNames()).anyMatch(name::equalsIgnoreCase)) {
        throw StrataException.configuration("the DataFrame already has this column")
            .key(name.equals(columns.getPredictionCol()) ? "predictionCol" : "probabilityCol")
            .found(name)
            .expected("another name")
            .build();
      }
    }
    return schema
        .add(columns.getProbabilityCol(), SQLDataTypes.VectorType(), false)
        .add(columns.getPredictionCol(), DataTypes.DoubleType, false);
  }
}
