package dev.strata.driver.row;

import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import java.io.Serializable;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import org.apache.spark.sql.Row;

/** The numbers of a row's date or time; used inside tasks. */
final class TimeReader implements Serializable {
  /** Those that texts can have, too. */
  private static final int FIRST_YEAR = 0;

  private static final int LAST_YEAR = 9999;

  private static final long serialVersionUID = 1L;

  private final FeatureColumn column;
  private final CellReader cells;
  private final ZoneId zone;

  TimeReader(FeatureColumn column, CellReader cells) {
    this.column = column;
    this.cells = cells;
    this.zone = ZoneId.of(column.time().zone());
  }

  /**
   * Writes the numbers of the column's parts; NaN where the cell is missing.
   *
   * @throws dev.strata.executor.failure.StrataException (data) where the cell holds something else,
   *     a year beyond 0000 to 9999, or a time of day in a column of dates
   */
  void read(Row row, Object cell, double[] into, int offset) {
    if (cells.isMissingTime(cell, zone)) {
      Arrays.fill(into, offset, offset + column.width(), Double.NaN);
      return;
    }
    boolean date = column.kind() == ColumnKind.DATE;
    LocalDateTime time =
        TimeCell.of(cell, zone)
            .orElseThrow(
                () ->
                    SourceRowReader.bad(
                        row,
                        column.name(),
                        date ? "something that is not a date" : "something that is not a time",
                        cell,
                        "a date (2024-01-31)"
                            + (date ? "" : " or a time (2024-01-31T12:00:00)")
                            + "; or list the text in data.missing-values, or the column in"
                            + " data.categorical or data.exclude"));
    if (time.getYear() < FIRST_YEAR || time.getYear() > LAST_YEAR) {
      // Databases' infinity is a number of days or microseconds in Parquet: no size of a column.
      throw SourceRowReader.bad(
          row,
          column.name(),
          "a year beyond those of a calendar, such as the infinity of a database",
          cell,
          "years from 0000 to 9999; use data.sql to make it null, for example"
              + " case when year(column) <= 9999 then column end");
    }
    if (date && !time.toLocalTime().equals(LocalTime.MIDNIGHT)) {
      throw SourceRowReader.bad(
          row,
          column.name(),
          "a time of day, unlike the first rows",
          cell,
          "dates; use data.sql to convert the column: cast(column as timestamp), or as date");
    }
    column.time().write(time, into, offset);
  }
}
