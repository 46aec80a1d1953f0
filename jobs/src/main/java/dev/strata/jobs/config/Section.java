package dev.strata.jobs.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Typed reading of one object of the configuration. Nothing here throws for a wrong value: the problem is noted and the
 * default is read instead, so that one reading finds every problem.
 */
public final class Section {
  private final String path;
  private final ConfigObject values;
  private final ConfigObject defaults;
  private final Problems problems;

  /**
   * @param path full key of the object; empty for the root
   * @param values what is configured, defaults merged in
   * @param defaults the same object of {@code reference.conf}; empty where there is none
   */
  Section(String path, ConfigObject values, ConfigObject defaults, Problems problems) {
    this.path = path;
    this.values = values;
    this.defaults = defaults;
    this.problems = problems;
  }

  public String path() {
    return path;
  }

  /** The full key of a name in this section. */
  public String key(String name) {
    return Reference.join(path, name);
  }

  public Collection<String> names() {
    return new TreeMap<>(values).keySet();
  }

  public boolean has(String name) {
    return present(name).isPresent();
  }

  public Section section(String name) {
    ConfigObject inner = values.get(name) instanceof ConfigObject object ? object : empty();
    ConfigObject reference = defaults.get(name) instanceof ConfigObject object ? object : empty();
    return new Section(key(name), inner, reference, problems);
  }

  /** The objects of a list, in order; {@code name[0]}, … are their keys. */
  public List<Section> sections(String name) {
    List<Section> sections = new ArrayList<>();
    for (ConfigValue value : list(name, "a list of sections [ { … } ]")) {
      String key = key(name) + "[" + sections.size() + "]";
      if (!(value instanceof ConfigObject)) {
        problem("wrong type", key, value, "a section { … }");
      }
      ConfigObject object = value instanceof ConfigObject o ? o : empty();
      sections.add(new Section(key, object, empty(), problems));
    }
    return sections;
  }

  public int integer(String name, Range range) {
    return required(name, v -> asInteger(name, v, range));
  }

  public OptionalInt optionalInteger(String name, Range range) {
    Optional<Integer> value = optional(name, v -> asInteger(name, v, range));
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }

  public long longInteger(String name, Range range) {
    return required(name, v -> asLong(name, v, range));
  }

  public OptionalLong optionalLong(String name, Range range) {
    Optional<Long> value = optional(name, v -> asLong(name, v, range));
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  public double number(String name, Range range) {
    return required(name, v -> asNumber(key(name), v, range));
  }

  public Optional<Double> optionalNumber(String name, Range range) {
    return optional(name, v -> asNumber(key(name), v, range));
  }

  public boolean flag(String name) {
    return required(name, v -> asFlag(name, v));
  }

  public String text(String name) {
    return required(name, v -> asText(key(name), v));
  }

  /** Empty text counts as not set. */
  public Optional<String> optionalText(String name) {
    return optional(name, v -> asText(key(name), v)).filter(text -> !text.isEmpty());
  }

  /** One of the given words. */
  public String choice(String name, Collection<String> words) {
    return required(name, v -> asChoice(name, v, words));
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    return required(name, v -> asEnum(name, v, type));
  }

  public <E extends Enum<E>> Optional<E> optionalChoice(String name, Class<E> type) {
    return optional(name, v -> asEnum(name, v, type));
  }

  public Duration duration(String name) {
    return required(name, v -> asDuration(name, v));
  }

  /** Bytes. */
  public long size(String name, Range range) {
    return required(name, v -> asSize(name, v, range));
  }

  /** A list of texts; a single text is a list of one, null is empty. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (ConfigValue value : list(name, "a list of texts [\"…\"]")) {
      asText(key(name) + "[" + texts.size() + "]", value).ifPresent(texts::add);
    }
    return texts;
  }

  /** The entries of an open object as texts, sorted by name. */
  public Map<String, String> textMap(String name) {
    return map(name, this::asText);
  }

  /** The entries of an open object as numbers, sorted by name. */
  public Map<String, Double> numberMap(String name, Range range) {
    return map(name, (key, value) -> asNumber(key, value, range));
  }

  /** Reports names that are not among the known ones; for objects that {@code reference.conf} does not spell out. */
  public void allowOnly(Collection<String> known) {
    for (String name : names()) {
      if (!known.contains(name)) {
        String expected =
            Nearest.to(name, known)
                .map(n -> "did you mean " + n + "?")
                .orElse("one of " + String.join(", ", known));
        problem("unknown key", key(name), null, expected, where(values.get(name)));
      }
    }
  }

  /** A problem of this section's key that takes more than the key alone to see. */
  public void problem(String what, String name, String expected) {
    ConfigValue value = values.get(name);
    problem(what, key(name), value == null ? null : shown(value), expected, where(value));
  }

  /** For reading on where the key is missing although it must not be. */
  public void missing(String name, String expected) {
    problem("a required key is not set", key(name), null, expected, null);
  }

  /** Whether the value is a single one, not an object or a list. */
  public boolean isText(String name) {
    return present(name)
        .filter(v -> v.valueType() != ConfigValueType.OBJECT && v.valueType() != ConfigValueType.LIST)
        .isPresent();
  }

  private Optional<ConfigValue> present(String name) {
    return Optional.ofNullable(values.get(name))
        .filter(v -> v.valueType() != ConfigValueType.NULL);
  }

  private <T> Optional<T> optional(String name, Function<ConfigValue, Optional<T>> reading) {
    return present(name).flatMap(reading);
  }

  private <T> T required(String name, Function<ConfigValue, Optional<T>> reading) {
    Optional<ConfigValue> value = present(name);
    if (value.isEmpty()) {
      missing(name, defaults.get(name) == null ? null : "such as " + shown(defaults.get(name)));
    }
    return value
        .flatMap(reading)
        .or(() -> Optional.ofNullable(defaults.get(name)).flatMap(reading))
        .orElseThrow(() -> new IllegalStateException("no default in reference.conf: " + key(name)));
  }

  private Optional<Long> asLong(String name, ConfigValue value, Range range) {
    Optional<Double> number = asNumber(key(name), value, range);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new java.math.BigDecimal(plain(value)).longValueExact());
    } catch (ArithmeticException e) {
      problem("not a whole number", key(name), value, "a whole number " + range.words());
      return Optional.empty();
    }
  }

  private Optional<Integer> asInteger(String name, ConfigValue value, Range range) {
    Optional<Long> whole = asLong(name, value, range);
    if (whole.isPresent() && whole.get() != whole.get().intValue()) {
      problem("too large", key(name), value, "a whole number of 32 bits");
      return Optional.empty();
    }
    return whole.map(Long::intValue);
  }

  private Optional<Double> asNumber(String key, ConfigValue value, Range range) {
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

  private Optional<Boolean> asFlag(String name, ConfigValue value) {
    String text = plain(value);
    if (!text.equals("true") && !text.equals("false")) {
      problem("wrong type", key(name), value, "true or false");
      return Optional.empty();
    }
    return Optional.of(text.equals("true"));
  }

  private Optional<String> asText(String key, ConfigValue value) {
    if (value.valueType() == ConfigValueType.OBJECT
        || value.valueType() == ConfigValueType.LIST
        || value.valueType() == ConfigValueType.NULL) {
      problem("wrong type", key, value, "a text");
      return Optional.empty();
    }
    return Optional.of(plain(value));
  }

  private Optional<String> asChoice(String name, ConfigValue value, Collection<String> words) {
    String found = plain(value);
    if (!words.contains(found)) {
      String nearest = Nearest.to(found, words).map(n -> "; did you mean " + n + "?").orElse("");
      problem("unknown value", key(name), value, "one of " + String.join(", ", words) + nearest);
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private <E extends Enum<E>> Optional<E> asEnum(String name, ConfigValue value, Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Section::word).toList();
    return asChoice(name, value, words).map(w -> type.getEnumConstants()[words.indexOf(w)]);
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Optional<Duration> asDuration(String name, ConfigValue value) {
    try {
      boolean unit = value.valueType() == ConfigValueType.STRING || plain(value).equals("0");
      Duration duration = unit ? value.atKey("v").getDuration("v") : Duration.ofMillis(-1);
      if (!duration.isNegative()) {
        return Optional.of(duration);
      }
    } catch (ConfigException e) {
      // reported below, in our words
    }
    problem("not a duration", key(name), value, "a duration such as 500ms, 30s, 5m, 2h");
    return Optional.empty();
  }

  private Optional<Long> asSize(String name, ConfigValue value, Range range) {
    try {
      long bytes = value.atKey("v").getBytes("v");
      if (range.contains(bytes)) {
        return Optional.of(bytes);
      }
    } catch (ConfigException e) {
      // reported below, in our words
    }
    problem("not a size", key(name), value, "a size " + range.words() + " such as 512KiB, 128MiB, 2GiB");
    return Optional.empty();
  }

  private List<ConfigValue> list(String name, String expected) {
    Optional<ConfigValue> value = present(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof ConfigList list) {
      return list;
    }
    if (value.get() instanceof ConfigObject) {
      problem("wrong type", key(name), value.get(), expected);
      return List.of();
    }
    return List.of(value.get());
  }

  private <T> Map<String, T> map(
      String name, java.util.function.BiFunction<String, ConfigValue, Optional<T>> reading) {
    Optional<ConfigValue> value = present(name);
    Map<String, T> entries = new LinkedHashMap<>();
    if (value.isPresent() && value.get() instanceof ConfigObject object) {
      new TreeMap<>(object)
          .forEach((k, v) -> reading.apply(Reference.join(key(name), k), v).ifPresent(x -> entries.put(k, x)));
    } else if (value.isPresent()) {
      problem("wrong type", key(name), value.get(), "a section { name = value }");
    }
    return entries;
  }

  private void problem(String what, String key, ConfigValue found, String expected) {
    problem(what, key, shown(found), expected, where(found));
  }

  private void problem(String what, String key, String found, String expected, String where) {
    problems.add(what, key, found, expected, where);
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
    return value == null ? null : value.origin().description();
  }

  private static ConfigObject empty() {
    return com.typesafe.config.ConfigFactory.empty().root();
  }
}
