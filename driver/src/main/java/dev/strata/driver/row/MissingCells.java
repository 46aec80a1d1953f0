package dev.strata.driver.row;

import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.TimeText;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which cells are missing by {@code data.missing-values}: a configured number stands for every cell
 * that is this number, a date or time for every cell that is this time, whatever the type or the
 * spelling of either; another text for every cell of the same canonical text ({@link PlainText}).
 */
final class MissingCells implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Pattern PADDED = Pattern.compile("[+-]?0[0-9].*");

  private final Set<String> texts = new HashSet<>();
  private final Set<String> numbers = new HashSet<>();
  private final List<TimeText> times = new ArrayList<>();
  private final double[] values;

  MissingCells(List<String> configured) {
    for (String text : configured) {
      String canonical = PlainText.category(text);
      OptionalDouble number = PlainText.number(canonical);
      texts.add(canonical);
      TimeText.of(text).ifPresent(times::add);
      boolean truth = canonical.equals("true") || canonical.equals("false");
      if (number.isPresent() && !truth && !Double.isNaN(number.getAsDouble())) {
        // With leading zeros it is a text of its own, and this number in a column of numbers.
        boolean padded = PADDED.matcher(canonical).matches();
        numbers.add(padded ? PlainText.category(number.getAsDouble()) : canonical);
      }
    }
    this.values = numbers.stream().mapToDouble(Double::parseDouble).toArray();
  }

  /** Whether any value is configured. */
  boolean any() {
    return !texts.isEmpty();
  }

  /** Whether a canonical text is missing. */
  boolean text(String canonical) {
    return !texts.isEmpty() && texts.contains(canonical);
  }

  /** Whether a time is missing. */
  boolean time(LocalDateTime local, ZoneId zone) {
    for (TimeText time : times) {
      if (time.in(zone).equals(local)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a number is missing. */
  boolean number(double number) {
    return isNear(number) && numbers.contains(PlainText.category(number));
  }

  boolean number(float number) {
    return values.length > 0 && number(PlainText.number(number));
  }

  boolean number(long number) {
    return isNear(number) && numbers.contains(Long.toString(number));
  }

  boolean number(BigDecimal number) {
    return isNear(number.doubleValue())
        && numbers.contains(PlainText.category(number.toPlainString()));
  }

  private boolean isNear(double number) {
    for (double value : values) {
      if (value == number) {
        return true;
      }
    }
    return false;
  }
}
