package dev.strata.driver.row;

import dev.strata.executor.failure.StrataException;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns whose values are compared as texts: categories, classes, groups, names of a split. Every
 * value of such a column needs one text in all formats. Numbers, truth values, texts and dates have
 * one; each writer prints times in a form and a zone of its own; bytes, arrays, maps and structs
 * have none.
 */
public final class TextColumns {
  private TextColumns() {}

  /**
   * @param position of the column
   * @param key that names the column
   * @throws StrataException (configuration) where the column's type has no such text
   */
  public static void require(StructType schema, int position, String key) {
    StructField field = schema.fields()[position];
    DataType type = field.dataType();
    if (type instanceof NumericType
        || type instanceof StringType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof NullType) {
      return;
    }
    throw StrataException.configuration(
            "column "
                + field.name()
                + " is of type "
                + type.simpleString()
                + ", which has no canonical text form")
        .key(key)
        .found(type.simpleString())
        .expected(
            "string, number, boolean or date; use data.sql to convert it to text: " + remedy(type))
        .build();
  }

  private static String remedy(DataType type) {
    return type.simpleString().startsWith("timestamp")
        ? "date_format(column, 'yyyy-MM-dd HH:mm:ss')"
        : "cast(column as string)";
  }
}
