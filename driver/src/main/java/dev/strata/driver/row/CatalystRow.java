package dev.strata.driver.row;

import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import scala.Function1;

/**
 * A row in Spark's own form, seen as a {@link Row}: a cell is converted when it is asked for, and
 * an array of floats or doubles without missing ones becomes {@code float[]} or {@code double[]} in
 * one copy instead of an object a number. Shows one row after the other, for one thread.
 */
public final class CatalystRow implements Row {
  private static final long serialVersionUID = 1L;

  private final StructType schema;
  private final DataType[] types;
  private final transient Function1<Object, Object>[] converters;
  private transient InternalRow row;

  @SuppressWarnings({"unchecked", "rawtypes"})
  public CatalystRow(StructType schema) {
    this.schema = schema;
    this.types = Arrays.stream(schema.fields()).map(StructField::dataType).toArray(DataType[]::new);
    this.converters = new Function1[types.length];
    for (int i = 0; i < types.length; i++) {
      converters[i] = CatalystTypeConverters.createToScalaConverter(types[i]);
    }
  }

  /** Shows that row, until the next one is shown. */
  public CatalystRow over(InternalRow shown) {
    this.row = shown;
    return this;
  }

  @Override
  public int length() {
    return types.length;
  }

  @Override
  public StructType schema() {
    return schema;
  }

  @Override
  public Object get(int index) {
    if (row.isNullAt(index)) {
      return null;
    }
    if (types[index] instanceof ArrayType type) {
      ArrayData array = row.getArray(index);
      boolean floats = type.elementType().equals(DataTypes.FloatType);
      if ((floats || type.elementType().equals(DataTypes.DoubleType))
          && (!type.containsNull() || isWhole(array))) {
        return floats ? array.toFloatArray() : array.toDoubleArray();
      }
    }
    return converters[index].apply(row.get(index, types[index]));
  }

  @Override
  public Row copy() {
    return new CatalystRow(schema).over(row.copy());
  }

  private static boolean isWhole(ArrayData array) {
    int length = array.numElements();
    if (array instanceof UnsafeArrayData packed) {
      // Its bits of the missing elements, 64 at a time, follow their number.
      for (long word = Long.BYTES;
          word < UnsafeArrayData.calculateHeaderPortionInBytes(length);
          word += Long.BYTES) {
        if (Platform.getLong(packed.getBaseObject(), packed.getBaseOffset() + word) != 0) {
          return false;
        }
      }
      return true;
    }
    for (int i = 0; i < length; i++) {
      if (array.isNullAt(i)) {
        return false;
      }
    }
    return true;
  }
}
