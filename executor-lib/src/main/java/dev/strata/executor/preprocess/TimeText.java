package dev.strata.executor.preprocess;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dates and times that a text holds, as ISO 8601 and most databases write them: {@code
 * 2024-01-31}, {@code 2024-01-31T12:30}, {@code 2024-01-31 12:30:15.25}, the last two also with
 * {@code Z} or an offset ({@code +01:00}, {@code +0100}, {@code +01}). White space around it is no
 * part of it; digits beyond microseconds are dropped, as Spark drops them. Other forms are none:
 * {@code 31.01.2024} and {@code 01/02/2024} have several meanings.
 *
 * @param local date and time of day as they are written; midnight where there is only a date
 * @param offset from UTC; null where the text has none
 * @param dateOnly whether there is only a date
 */
public record TimeText(LocalDateTime local, ZoneOffset offset, boolean dateOnly)
    implements Serializable {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})"
              + "(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,9}))?)?"
              + " ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?");

  private static final int SHORTEST = "2024-01-31".length();

  /** Empty where the text is neither date nor time, or the calendar has no such day. */
  public static Optional<TimeText> of(String text) {
    String trimmed = text.strip();
    if (trimmed.length() < SHORTEST || trimmed.charAt(4) != '-') {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(trimmed);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      LocalDate date = LocalDate.of(number(form, 1), number(form, 2), number(form, 3));
      if (form.group(4) == null) {
        return Optional.of(new TimeText(date.atStartOfDay(), null, true));
      }
      LocalTime time =
          LocalTime.of(number(form, 4), number(form, 5), number(form, 6), nanos(form.group(7)));
      ZoneOffset offset = form.group(8) == null ? null : ZoneOffset.of(zone(form.group(8)));
      return Optional.of(new TimeText(date.atTime(time), offset, false));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Date and time of day in that zone; as they are written where the text has no offset. */
  public LocalDateTime in(ZoneId zone) {
    return offset == null ? local : local.toInstant(offset).atZone(zone).toLocalDateTime();
  }

  /** The instant; a time without an offset is taken for UTC. */
  public Instant instant() {
    return local.toInstant(offset == null ? ZoneOffset.UTC : offset);
  }

  private static int number(Matcher form, int group) {
    return form.group(group) == null ? 0 : Integer.parseInt(form.group(group));
  }

  private static int nanos(String digits) {
    return digits == null ? 0 : Integer.parseInt((digits + "00000").substring(0, 6)) * 1000;
  }

  private static String zone(String text) {
    return text.length() == 5 ? text.substring(0, 3) + ":" + text.substring(3) : text;
  }
}
