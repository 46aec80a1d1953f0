package dev.strata.driver.source;

import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.FractionalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/**
 * The type of a column that files hold in several types: of integers the widest; of integers,
 * decimals of at most 15 digits, floats and doubles double, where an integer that a double cannot
 * hold is an error of its row; of arrays of such numbers arrays of doubles.
 *
 * @param file that has a column of this type first
 */
record CommonType(DataType type, String file) {
  /** Digits of any decimal number that a double keeps. */
  private static final int EXACT_DIGITS = 15;

  private static final int MOST_DIGITS = 38;

  static CommonType of(DataType type, String file) {
    return new CommonType(type, file);
  }

  /** A type that holds both; empty where there is none. */
  static Optional<DataType> of(DataType a, DataType b) {
    return Optional.ofNullable(common(a, b));
  }

  /**
   * @throws StrataException (data) where there is no type that holds both
   */
  CommonType with(CommonType other, String column, String key) {
    DataType common = common(type, other.type);
    if (common == null) {
      throw StrataException.data(
              "files of the source have column " + column + " with different types")
          .key(key + ".path")
          .file(other.file)
          .found(other.type.simpleString() + ", where " + file + " has " + type.simpleString())
          .expected(
              "the same type in all files, or numbers; use data.sql with cast, or rewrite the"
                  + " files")
          .build();
    }
    return new CommonType(common, file);
  }

  private static DataType common(DataType a, DataType b) {
    if (a.sameType(b)) {
      return a.asNullable();
    }
    if (a instanceof ArrayType left && b instanceof ArrayType right) {
      boolean numbers =
          left.elementType() instanceof NumericType && right.elementType() instanceof NumericType;
      return numbers ? DataTypes.createArrayType(DataTypes.DoubleType) : null;
    }
    if (!(a instanceof NumericType && b instanceof NumericType)) {
      return null;
    }
    if (a instanceof IntegralType && b instanceof IntegralType) {
      return a.defaultSize() > b.defaultSize() ? a : b;
    }
    if (isExact(a) && isExact(b)) {
      return decimal(a, b);
    }
    return fits(a) && fits(b) ? DataTypes.DoubleType : null;
  }

  private static boolean isExact(DataType type) {
    return type instanceof IntegralType || type instanceof DecimalType;
  }

  private static DataType decimal(DataType a, DataType b) {
    int scale = Math.max(scale(a), scale(b));
    int digits = Math.max(whole(a), whole(b)) + scale;
    return digits <= MOST_DIGITS ? DataTypes.createDecimalType(digits, scale) : null;
  }

  private static int scale(DataType type) {
    return type instanceof DecimalType decimal ? decimal.scale() : 0;
  }

  private static int whole(DataType type) {
    return type instanceof DecimalType decimal ? decimal.precision() - decimal.scale() : 19;
  }

  private static boolean fits(DataType type) {
    return !(type instanceof DecimalType decimal) || decimal.precision() <= EXACT_DIGITS;
  }

  /** The column in that type; its values stay what they are as texts and numbers. */
  static Column cast(StructField field, DataType to) {
    Column column = SourceColumns.column(field.name());
    DataType from = field.dataType();
    if (from.sameType(to)) {
      return column;
    }
    Column cast = column.cast(to);
    if (from instanceof LongType && to.equals(DataTypes.DoubleType)) {
      // Where a double rounds, the way back gives another integer.
      cast =
          functions
              .when(column.isNull().or(cast.cast(DataTypes.LongType).equalTo(column)), cast)
              .otherwise(
                  functions
                      .raise_error(
                          functions.concat(
                              functions.lit(
                                  "column " + field.name() + " has types bigint and double, and"),
                              functions.lit(" no double is the integer "),
                              column.cast(DataTypes.StringType)))
                      .cast(to));
    } else if (from.equals(DataTypes.FloatType)
        && to instanceof FractionalType
        && to.equals(DataTypes.DoubleType)) {
      // A float stands for its shortest decimal number, as where it is read alone.
      cast = column.cast(DataTypes.StringType).cast(to);
    }
    return cast.as(field.name());
  }
}
