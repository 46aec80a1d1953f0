package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.row.CatalystRow;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Rows in Spark's own form, in and out: arrays are copied in one piece, where a {@link Row} would
 * have an object a number, and what goes along is not converted at all.
 *
 * @param schema of the source
 * @param positions of the columns that go along
 * @param type of a column of several numbers
 */
record InternalRows(StructType schema, int[] positions, ColumnType type)
    implements RowForm<InternalRow, InternalRow> {
  @Override
  public RowJoin<InternalRow, InternalRow> open() {
    return new Join();
  }

  private final class Join implements RowJoin<InternalRow, InternalRow> {
    private final CatalystRow view = new CatalystRow(schema);

    @SuppressWarnings("unchecked")
    private final UserDefinedType<Vector> vectors =
        (UserDefinedType<Vector>) SQLDataTypes.VectorType();

    @Override
    public Row cells(InternalRow row) {
      return view.over(row);
    }

    @Override
    public Object[] kept(InternalRow row) {
      Object[] kept = new Object[positions.length];
      for (int i = 0; i < kept.length; i++) {
        // A view of columns gives whatever stands in the place of a null.
        kept[i] =
            row.isNullAt(positions[i])
                ? null
                : InternalRow.copyValue(
                    row.get(positions[i], schema.fields()[positions[i]].dataType()));
      }
      return kept;
    }

    @Override
    public InternalRow joined(Object[] kept, Object[] computed) {
      Object[] values = new Object[kept.length + computed.length];
      System.arraycopy(kept, 0, values, 0, kept.length);
      for (int i = 0; i < computed.length; i++) {
        values[kept.length + i] = value(computed[i]);
      }
      return new GenericInternalRow(values);
    }

    private Object value(Object computed) {
      if (computed instanceof String text) {
        return UTF8String.fromString(text);
      }
      if (!(computed instanceof float[] numbers)) {
        return computed;
      }
      return type == ColumnType.VECTOR
          ? vectors.serialize(Vectors.dense(Doubles.of(numbers)))
          : UnsafeArrayData.fromPrimitiveArray(numbers);
    }
  }
}
