package dev.strata.driver.data;

import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowLayout;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Rows of a source as {@link PlainRow}s; used inside tasks. */
public final class SourceRowReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private SourceRowReader() {}

  /** Finds the layout's columns in the schema of a source. */
  public static SourceRowReader of(StructType schema, RowLayout layout) {
    throw new UnsupportedOperationException();
  }

  public PlainRow read(Row row) {
    throw new UnsupportedOperationException();
  }
}
