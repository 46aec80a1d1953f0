package dev.strata.driver.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.strata.executor.failure.Nearest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Single values of the configuration as Java values; what cannot be read is noted as a problem of
 * its full key.
 */
final class ConfigValues {
  private final Problems problems;

  ConfigValues(Problems problems) {
    this.problems = problems;
  }

  Optional<Long> wholeLong(String key, ConfigValue value, Range range) {
    Optional<Double> number = number(key, value, range);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(plain(value)).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      // NumberFormatException: 5f and 0x1p3 are numbers to Double, not to BigDecimal.
      problem("not an integer", key, value, "an integer " + range.words());
      return Optional.empty();
    }
  }

  Optional<Integer> integer(String key, ConfigValue value, Range range) {
    Optional<Long> whole = wholeLong(key, value, range);
    if (whole.isPresent() && whole.get() != whole.get().intValue()) {
      problem("too large", key, value, "a 32-bit integer");
      return Optional.empty();
    }
    return whole.map(Long::intValue);
  }

  Optional<Double> number(String key, ConfigValue value, Range range) {
    double number;
    try {
      number =
          value.valueType() == ConfigValueType.NUMBER || value.valueType() == ConfigValueType.STRING
              ? Double.parseDouble(plain(value))
              : Double.NaN;
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (Double.isNaN(number)) {
      problem("wrong type", key, value, "a number " + range.words());
      return Optional.empty();
    }
    if (!range.contains(number)) {
      problem("out of range", key, value, "a number " + range.words());
      return Optional.empty();
    }
    return Optional.of(number);
  }

  Optional<Boolean> flag(String key, ConfigValue value) {
    String text = plain(value);
    if (!text.equals("true") && !text.equals("false")) {
      problem("wrong type", key, value, "true or false");
      return Optional.empty();
    }
    return Optional.of(text.equals("true"));
  }

  Optional<String> text(String key, ConfigValue value) {
    if (value.valueType() == ConfigValueType.OBJECT
        || value.valueType() == ConfigValueType.LIST
        || value.valueType() == ConfigValueType.NULL) {
      problem("wrong type", key, value, "a string");
      return Optional.empty();
    }
    return Optional.of(plain(value));
  }

  Optional<String> choice(String key, ConfigValue value, Collection<String> words) {
    String found = plain(value);
    if (!words.contains(found)) {
      problem(
          "unknown value " + found + nearest(found, words),
          key,
          value,
          "one of " + String.join(", ", words));
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private static String nearest(String wrong, Collection<String> known) {
    return Nearest.to(wrong, known).map(n -> "; did you mean " + n + "?").orElse("");
  }

  /** For messages, behind "unknown key" and the like: the wrong name and the nearest known one. */
  static String suggestion(String wrong, Collection<String> known) {
    return Nearest.to(wrong, known).map(n -> " " + wrong + "; did you mean " + n + "?").orElse("");
  }

  <E extends Enum<E>> Optional<E> constant(String key, ConfigValue value, Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(ConfigValues::word).toList();
    return choice(key, value, words).map(w -> type.getEnumConstants()[words.indexOf(w)]);
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Optional<Duration> duration(String key, ConfigValue value) {
    try {
      boolean unit = value.valueType() == ConfigValueType.STRING || plain(value).equals("0");
      Duration duration = unit ? value.atKey("v").getDuration("v") : Duration.ofMillis(-1);
      if (!duration.isNegative()) {
        return Optional.of(duration);
      }
    } catch (ConfigException e) {
      // reported below, in our words
    }
    problem("not a duration", key, value, "a duration such as 500ms, 30s, 5m, 2h");
    return Optional.empty();
  }

  Optional<Long> size(String key, ConfigValue value, Range range) {
    try {
      long bytes = value.atKey("v").getBytes("v");
      if (range.contains(bytes)) {
        return Optional.of(bytes);
      }
    } catch (ConfigException e) {
      // reported below, in our words
    }
    problem("not a size", key, value, "a size " + range.words() + " such as 512KiB, 128MiB, 2GiB");
    return Optional.empty();
  }

  private void problem(String what, String key, ConfigValue found, String expected) {
    problems.add(what, key, shown(found), expected, where(found));
  }

  /** A single value as it was typed. */
  private static String plain(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        ? (String) value.unwrapped()
        : value.render(ConfigRenderOptions.concise());
  }

  /** A value as messages show it: short. */
  static String shown(ConfigValue value) {
    String text = value.render(ConfigRenderOptions.concise());
    return text.length() <= 80 ? text : text.substring(0, 77) + "…";
  }

  /** File and line; null for defaults. */
  static String where(ConfigValue value) {
    if (value == null) {
      return null;
    }
    String description = value.origin().description();
    // the library adds the number of the line, which --set has not
    return description.startsWith(KeyOverride.ORIGIN)
        ? description.replaceFirst(": \\d+$", "")
        : description;
  }
}
