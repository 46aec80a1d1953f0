package dev.strata.driver.row;

import dev.strata.driver.source.SourceReader;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.Row;

/** Description of a row for errors: its shortened content and the file that is being read. */
public final class RowDescription {
  private static final int LONGEST = 200;

  private RowDescription() {}

  /**
   * The file that the calling task reads; {@code unknown} where the source is not made of files.
   */
  public static String file() {
    return Optional.ofNullable(fileOrNull()).orElse("unknown");
  }

  /** The same for failures; null where the source is not made of files. */
  public static String fileOrNull() {
    String path = InputFileBlockHolder.getInputFilePath().toString();
    return path.isEmpty() ? null : path;
  }

  /** The content of a row, without columns of ours. */
  public static String of(Row row) {
    StringJoiner content = new StringJoiner(", ");
    for (int i = 0; i < row.size() && content.length() < LONGEST; i++) {
      Object cell = row.get(i);
      int length = CellReader.length(cell);
      boolean ours =
          row.schema() != null && row.schema().fieldNames()[i].equals(SourceReader.CORRUPT_RECORD);
      if (!ours) {
        content.add(length < 0 ? String.valueOf(cell) : "[" + length + " numbers]");
      }
    }
    return of(content.toString());
  }

  /**
   * A failure with the row that it is of, for code that knows only the value it refuses. A failure
   * that names its row stays as it is.
   */
  public static StrataException located(StrataException failure, Row row) {
    if (failure.row().isPresent()) {
      return failure;
    }
    StrataException.Builder located =
        StrataException.data(failure.what()).file(fileOrNull()).row(of(row)).cause(failure);
    failure.key().ifPresent(located::key);
    failure.found().ifPresent(located::found);
    failure.expected().ifPresent(located::expected);
    return located.build();
  }

  /** A missing cell: the text that stands for a missing value, where one does. */
  public static String ofMissing(Object cell) {
    boolean empty = cell == null || cell instanceof String text && text.isBlank();
    if (empty) {
      return "nothing";
    }
    return CellReader.length(cell) < 0 ? of(cell.toString()) : "nothing among its numbers";
  }

  public static String of(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
