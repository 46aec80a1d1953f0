package dev.strata.api;

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
    ModelInput.require(schema, "labelCol", label);
    int at = Arrays.stream(schema.fieldNames()).map(label::equalsIgnoreCase).toList().indexOf(true);
    if (!(schema.apply(at).dataType() instanceof NumericType)) {
      throw StrataException.configuration("the label is not a number")
          .key("labelCol")
          .found(label + " of type " + schema.apply(at).dataType().sql())
          .expected("numbers; of classes, as StringIndexer makes them")
          .build();
    }
  }

  /**
   * @throws StrataException (configuration) where a column is there already
   */
  static StructType transformed(StructType schema, ClassifierColumns columns) {
    StructType all = schema;
    if (!columns.getRawPredictionCol().isEmpty()) {
      requireNew(schema, "rawPredictionCol", columns.getRawPredictionCol());
      all = all.add(columns.getRawPredictionCol(), SQLDataTypes.VectorType(), false);
    }
    requireNew(all, "probabilityCol", columns.getProbabilityCol());
    all = all.add(columns.getProbabilityCol(), SQLDataTypes.VectorType(), false);
    requireNew(all, "predictionCol", columns.getPredictionCol());
    return all.add(columns.getPredictionCol(), DataTypes.DoubleType, false);
  }

  /**
   * @throws StrataException (configuration) where the column is there already or has no name
   */
  static void requireNew(StructType schema, String param, String name) {
    if (name.isBlank()) {
      throw StrataException.configuration("the column to add has no name")
          .key(param)
          .found("an empty text")
          .expected("a name")
          .build();
    }
    if (Arrays.stream(schema.fieldNames()).anyMatch(name::equalsIgnoreCase)) {
      throw StrataException.configuration("the DataFrame already has this column")
          .key(param)
          .found(name)
          .expected("another name")
          .build();
    }
  }
}
