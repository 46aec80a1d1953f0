package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  private static final ZoneId UTC = ZoneId.of("UTC");

  @ParameterizedTest
  @CsvSource({
    "2024-01-31, 2024-01-31T00:00",
    "' 2024-02-29 ', 2024-02-29T00:00",
    "2024-01-31T12:30, 2024-01-31T12:30",
    "2024-01-31 12:30:15, 2024-01-31T12:30:15",
    "2024-01-31 12:30:15.25, 2024-01-31T12:30:15.250",
    "2024-01-31T12:30:15.123456789, 2024-01-31T12:30:15.123456",
    "2024-01-31T12:30:15Z, 2024-01-31T12:30:15",
    "2024-01-31T00:30:15+01:00, 2024-01-30T23:30:15",
    "2024-01-31 00:30:15.5 -0230, 2024-01-31T03:00:15.500",
    "2024-01-31T00:30+01, 2024-01-30T23:30",
  })
  void datesAndTimes(String text, LocalDateTime expected) {
    assertThat(TimeText.of(text).orElseThrow().in(UTC)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2024",
        "20240131",
        "2024-1-31",
        "2024-02-30",
        "2023-02-29",
        "31.01.2024",
        "01/02/2024",
        "2024-01-31T",
        "2024-01-31T24:00",
        "2024-01-31T12:60",
        "2024-01-31T12:30:15.",
        "2024-01-31T12:30:15+25:00",
        "2024-01-31 and more",
        "12:30:15"
      })
  void otherTextsAreNone(String text) {
    assertThat(TimeText.of(text)).isEmpty();
  }

  @Test
  void aTimeWithoutAnOffsetIsTheSameInEveryZone() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    assertThat(TimeText.of("2024-07-01T12:00").orElseThrow().in(berlin))
        .isEqualTo("2024-07-01T12:00:00");
    assertThat(TimeText.of("2024-07-01T12:00Z").orElseThrow().in(berlin))
        .isEqualTo("2024-07-01T14:00:00");
  }

  /** Wednesday, 31 January 2024, 18:00: 19,753.75 days; angles 0, 30/31, 2/7 and 18/24 of 2π. */
  @Test
  void partsOfATime() {
    double[] numbers = new double[11];
    TimeRule rule = TimeRule.defaults();
    assertThat(rule.width()).isEqualTo(10);
    rule.write(LocalDateTime.of(2024, 1, 31, 18, 0), numbers, 1);
    double day = 2 * Math.PI * 30 / 31;
    double week = 2 * Math.PI * 2 / 7;
    double[] expected = {
      0, 19_753.75, 2024, 0, 1, Math.sin(day), Math.cos(day), Math.sin(week), Math.cos(week), -1, 0
    };
    assertThat(numbers).containsExactly(expected, within(1e-15));
  }

  @Test
  void elapsedDaysAreThoseOfTheCalendar() {
    double[] numbers = new double[8];
    FeatureColumn date = FeatureColumn.time("d", ColumnKind.DATE, TimeRule.defaults());
    assertThat(date.width()).isEqualTo(8);
    for (String text : new String[] {"1969-12-31", "0001-01-01", "9999-12-31"}) {
      LocalDate day = LocalDate.parse(text);
      date.time().write(day.atStartOfDay(), numbers, 0);
      assertThat(numbers[0]).isEqualTo(day.toEpochDay());
      assertThat(numbers[1]).isEqualTo(day.getYear());
    }
  }
}
