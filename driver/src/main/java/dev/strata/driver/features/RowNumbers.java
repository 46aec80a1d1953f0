package dev.strata.driver.features;

import dev.strata.driver.row.RowDescription;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowEncoder;
import org.apache.spark.sql.Row;

/** Rows of a source as the numbers that a model takes; for one thread at a time. */
final class RowNumbers {
  private final SourceRowReader reader;
  private final RowEncoder encoder;

  RowNumbers(SourceRowReader reader, Preprocessing preprocessing) {
    this.reader = reader;
    this.encoder = new RowEncoder(preprocessing);
  }

  int width() {
    return encoder.width();
  }

  /**
   * @return false where the model's policy for missing values leaves the row out
   * @throws StrataException (data) where the model cannot take the row, which is named
   */
  boolean encode(Row row, float[] into) {
    Object array = encoder.takesArrays() ? reader.array(row) : null;
    if (array instanceof float[] floats && encoder.features(floats, into)
        || array instanceof double[] doubles && encoder.features(doubles, into)) {
      return true;
    }
    PlainRow plain = reader.read(row);
    if (plain.fate() != PlainRow.Fate.USED) {
      return false;
    }
    try {
      encoder.features(plain, into, 0);
    } catch (StrataException e) {
      // The encoder knows the column and the value that it refuses, not the row.
      throw RowDescription.located(e, row);
    }
    return true;
  }
}
