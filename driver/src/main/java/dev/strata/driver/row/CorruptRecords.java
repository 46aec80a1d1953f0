package dev.strata.driver.row;

import static dev.strata.driver.source.SourceReader.CORRUPT_RECORD;

import dev.strata.driver.source.SourceReader;
import dev.strata.executor.failure.StrataException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;

/**
 * The column {@link SourceReader#CORRUPT_RECORD} of a source: a row that has a value there could
 * not be read.
 *
 * @param position of the column; -1 without it
 * @param refusals whether it holds failures ({@link Refusal}) and not the rows as they are
 * @param expected what a record should have been
 * @param quote of fields that are not read over line breaks; null where they are, or without quotes
 */
public record CorruptRecords(int position, boolean refusals, String expected, String quote)
    implements Serializable {
  /** Metadata of the column: what a record should have been, for the error. */
  public static final String EXPECTED_RECORD = "strata.expected-record";

  /** Metadata of the column: the quote, where fields in quotes are not read over line breaks. */
  public static final String OPEN_QUOTE = "strata.open-quote";

  static CorruptRecords of(StructType schema) {
    int position = List.of(schema.fieldNames()).indexOf(CORRUPT_RECORD);
    if (position < 0) {
      return new CorruptRecords(-1, false, null, null);
    }
    Metadata metadata = schema.fields()[position].metadata();
    return new CorruptRecords(
        position,
        metadata.contains(Refusal.COLUMN),
        metadata.contains(EXPECTED_RECORD)
            ? metadata.getString(EXPECTED_RECORD)
            : schema.size() - 1 + " fields",
        metadata.contains(OPEN_QUOTE) ? metadata.getString(OPEN_QUOTE) : null);
  }

  /**
   * @throws StrataException (data) where the row could not be read
   */
  void refuse(Row row) {
    if (position < 0 || row.isNullAt(position)) {
      return;
    }
    String record = row.getString(position);
    if (refusals) {
      throw Refusal.failure(record);
    }
    throw StrataException.data("a row has the wrong number of fields, or cannot be parsed")
        .file(RowDescription.fileOrNull())
        .row(RowDescription.of(record))
        .expected(
            expected
                + (isOpen(record)
                    ? "; set data.options.multiLine = true if quoted fields contain line breaks"
                    : ""))
        .build();
  }

  /** Whether a quoted field of the record does not end in it. */
  private boolean isOpen(String record) {
    return quote != null && record.chars().filter(c -> c == quote.charAt(0)).count() % 2 != 0;
  }
}
