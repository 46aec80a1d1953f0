package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.spark.SparkCalls;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * {@link Row}s to {@link Row}s, as DataFrames show them.
 *
 * @param positions of the columns that go along
 * @param type of a column of several numbers
 */
record ExternalRows(int[] positions, ColumnType type) implements RowForm<Row, Row> {
  @Override
  public RowJoin<Row, Row> open() {
    return new Join();
  }

  private final class Join implements RowJoin<Row, Row> {
    @Override
    public Row cells(Row row) {
      return row;
    }

    @Override
    public Object[] kept(Row row) {
      Object[] kept = new Object[positions.length];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = row.get(positions[i]);
      }
      return kept;
    }

    @Override
    public Row joined(Object[] kept, Object[] computed) {
      Object[] values = new Object[kept.length + computed.length];
      System.arraycopy(kept, 0, values, 0, kept.length);
      for (int i = 0; i < computed.length; i++) {
        values[kept.length + i] = value(computed[i]);
      }
      return RowFactory.create(values);
    }

    private Object value(Object computed) {
      if (!(computed instanceof float[] numbers)) {
        return computed;
      }
      return type == ColumnType.VECTOR
          ? Vectors.dense(Doubles.of(numbers))
          : SparkCalls.floats(numbers);
    }
  }
}
