package dev.strata.driver.row;

import dev.strata.executor.preprocess.TimeText;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * The date and time of day in a cell of a Spark row. An instant (Spark's {@code timestamp}, a text
 * with an offset) has those of a zone; a local time ({@code timestamp_ntz}, a text without an
 * offset) has its own; a date is midnight.
 */
final class TimeCell {
  private static final long MICROS = 1_000_000L;

  private TimeCell() {}

  /** Empty where the cell holds neither date nor time. */
  static Optional<LocalDateTime> of(Object cell, ZoneId zone) {
    if (cell instanceof String text) {
      return TimeText.of(text).map(time -> time.in(zone));
    }
    if (cell instanceof Timestamp time) {
      return Optional.of(instant(time).atZone(zone).toLocalDateTime());
    }
    if (cell instanceof Instant instant) {
      return Optional.of(instant.atZone(zone).toLocalDateTime());
    }
    if (cell instanceof LocalDateTime local) {
      return Optional.of(local);
    }
    if (cell instanceof Date date) {
      return Optional.of(LocalDate.ofEpochDay(DateTimeUtils.fromJavaDate(date)).atStartOfDay());
    }
    return cell instanceof LocalDate date ? Optional.of(date.atStartOfDay()) : Optional.empty();
  }

  /** Spark's own inverse: before 1900 java.sql.Timestamp has other offsets and another calendar. */
  private static Instant instant(Timestamp time) {
    long micros = DateTimeUtils.fromJavaTimestamp(time);
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
  }
}
