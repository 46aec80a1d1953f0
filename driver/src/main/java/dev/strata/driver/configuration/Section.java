package dev.strata.driver.configuration;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Typed reading of one object of the configuration. Nothing here throws for a wrong value: the
 * problem is noted and the default is read instead, so that one reading finds every problem.
 */
public final class Section {
  private final String path;
  private final ConfigObject values;
  private final ConfigObject defaults;
  private final Problems problems;
  private final ConfigValues read;

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
    this.read = new ConfigValues(problems);
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

  /** Whether the value is that of {@code reference.conf}. */
  public boolean isDefault(String name) {
    return Objects.equals(values.get(name), defaults.get(name));
  }

  public Section section(String name) {
    ConfigObject inner = object(name);
    ConfigObject reference = defaults.get(name) instanceof ConfigObject object ? object : empty();
    return new Section(key(name), inner, reference, problems);
  }

  /** The object as it is; empty where there is none. */
  ConfigObject object(String name) {
    return values.get(name) instanceof ConfigObject object ? object : empty();
  }

  /** Whether the value is an object. */
  boolean isObject(String name) {
    return values.get(name) instanceof ConfigObject;
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

  /**
   * The objects of a list, each completed by another section: what it does not give is as given
   * there, and its keys are the only ones known.
   */
  public List<Section> sections(String name, Section common) {
    List<Section> sections = new ArrayList<>();
    for (Section own : sections(name)) {
      UnknownKeys.report(own.path, own.values, common.defaults, problems);
      ConfigObject values = own.values.withFallback(common.values);
      sections.add(new Section(own.path, values, common.defaults, problems));
    }
    return sections;
  }

  public int integer(String name, Range range) {
    return required(name, v -> read.integer(key(name), v, range));
  }

  public OptionalInt optionalInteger(String name, Range range) {
    Optional<Integer> value = optional(name, v -> read.integer(key(name), v, range));
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }

  public long longInteger(String name, Range range) {
    return required(name, v -> read.wholeLong(key(name), v, range));
  }

  public OptionalLong optionalLong(String name, Range range) {
    Optional<Long> value = optional(name, v -> read.wholeLong(key(name), v, range));
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  public double number(String name, Range range) {
    return required(name, v -> read.number(key(name), v, range));
  }

  public Optional<Double> optionalNumber(String name, Range range) {
    return optional(name, v -> read.number(key(name), v, range));
  }

  public OptionalDouble optionalDouble(String name, Range range) {
    Optional<Double> value = optionalNumber(name, range);
    return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
  }

  public boolean flag(String name) {
    return required(name, v -> read.flag(key(name), v));
  }

  public Optional<Boolean> optionalFlag(String name) {
    return optional(name, v -> read.flag(key(name), v));
  }

  public String text(String name) {
    return required(name, v -> read.text(key(name), v));
  }

  /** Empty text counts as not set. */
  public Optional<String> optionalText(String name) {
    return optional(name, v -> read.text(key(name), v)).filter(text -> !text.isEmpty());
  }

  /** One of the given words. */
  public String choice(String name, Collection<String> words) {
    return required(name, v -> read.choice(key(name), v, words));
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    return required(name, v -> read.constant(key(name), v, type));
  }

  public <E extends Enum<E>> Optional<E> optionalChoice(String name, Class<E> type) {
    return optional(name, v -> read.constant(key(name), v, type));
  }

  public Duration duration(String name) {
    return required(name, v -> read.duration(key(name), v));
  }

  /** Bytes. */
  public long size(String name, Range range) {
    return required(name, v -> read.size(key(name), v, range));
  }

  /** A list of texts; a single text is a list of one, null is empty. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (ConfigValue value : list(name, "a list of strings [\"…\"]")) {
      read.text(key(name) + "[" + texts.size() + "]", value).ifPresent(texts::add);
    }
    return texts;
  }

  /** A list of whole numbers. */
  public List<Integer> integers(String name, Range range) {
    List<Integer> numbers = new ArrayList<>();
    for (String text : texts(name)) {
      if (text.matches("\\d{1,9}") && range.contains(Integer.parseInt(text))) {
        numbers.add(Integer.parseInt(text));
      } else {
        problem("not a list of integers", name, "integers " + range.words());
      }
    }
    return numbers;
  }

  /** A list of numbers; a single one is a list of one. */
  public List<Double> numbers(String name, Range range) {
    List<Double> numbers = new ArrayList<>();
    for (ConfigValue value : list(name, "a list of numbers")) {
      read.number(key(name), value, range).ifPresent(numbers::add);
    }
    return numbers;
  }

  /** The entries of an open object as texts, sorted by name. */
  public Map<String, String> textMap(String name) {
    return map(name, read::text);
  }

  /** The entries of an open object as constants of an enum, sorted by name. */
  public <E extends Enum<E>> Map<String, E> choiceMap(String name, Class<E> type) {
    return map(name, (key, value) -> read.constant(key, value, type));
  }

  /** A list of an enum's constants; a single one is a list of one. */
  public <E extends Enum<E>> List<E> choices(String name, Class<E> type) {
    List<E> choices = new ArrayList<>();
    for (ConfigValue value : list(name, "a list of strings [\"…\"]")) {
      read.constant(key(name), value, type).ifPresent(choices::add);
    }
    return choices;
  }

  /** The entries of an open object as numbers, sorted by name. */
  public Map<String, Double> numberMap(String name, Range range) {
    return map(name, (key, value) -> read.number(key, value, range));
  }

  /**
   * Reports names that are not among the known ones; for objects that {@code reference.conf} does
   * not spell out.
   */
  public void allowOnly(Collection<String> known) {
    for (String name : names()) {
      if (!known.contains(name)) {
        problem(
            "unknown key" + ConfigValues.suggestion(name, known),
            key(name),
            null,
            "one of " + String.join(", ", known),
            ConfigValues.where(values.get(name)));
      }
    }
  }

  /**
   * A problem of this section's key that takes more than the key alone to see. Of a section it is a
   * problem of each key in it that is set.
   */
  public void problem(String what, String name, String expected) {
    ConfigValue value = values.get(name);
    Section inner = section(name);
    List<String> set =
        inner.defaults.isEmpty()
            ? List.of()
            : inner.names().stream().filter(own -> !inner.isDefault(own)).toList();
    if (value instanceof ConfigObject && !set.isEmpty()) {
      set.forEach(own -> inner.problem(what, own, expected));
      return;
    }
    problem(
        what,
        key(name),
        value == null ? null : ConfigValues.shown(value),
        expected,
        ConfigValues.where(value));
  }

  /** For reading on where the key is missing although it must not be. */
  public void missing(String name, String expected) {
    problem("required key not set", key(name), null, expected, null);
  }

  /** Whether the value is a single one, not an object or a list. */
  public boolean isText(String name) {
    return present(name)
        .filter(
            v -> v.valueType() != ConfigValueType.OBJECT && v.valueType() != ConfigValueType.LIST)
        .isPresent();
  }

  private Optional<ConfigValue> present(String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> v.valueType() != ConfigValueType.NULL);
  }

  private <T> Optional<T> optional(String name, Function<ConfigValue, Optional<T>> reading) {
    return present(name).flatMap(reading);
  }

  private <T> T required(String name, Function<ConfigValue, Optional<T>> reading) {
    Optional<ConfigValue> value = present(name);
    if (value.isEmpty()) {
      missing(
          name,
          defaults.get(name) == null ? null : "such as " + ConfigValues.shown(defaults.get(name)));
    }
    return value
        .flatMap(reading)
        .or(() -> Optional.ofNullable(defaults.get(name)).flatMap(reading))
        .orElseThrow(() -> new IllegalStateException("no default in reference.conf: " + key(name)));
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
      String name, BiFunction<String, ConfigValue, Optional<T>> reading) {
    Optional<ConfigValue> value = present(name);
    Map<String, T> entries = new LinkedHashMap<>();
    if (value.isPresent() && value.get() instanceof ConfigObject object) {
      new TreeMap<>(object)
          .forEach(
              (k, v) ->
                  reading.apply(Reference.join(key(name), k), v).ifPresent(x -> entries.put(k, x)));
    } else if (value.isPresent()) {
      problem("wrong type", key(name), value.get(), "a section { name = value }");
    }
    return entries;
  }

  private void problem(String what, String key, ConfigValue found, String expected) {
    problem(what, key, ConfigValues.shown(found), expected, ConfigValues.where(found));
  }

  private void problem(String what, String key, String found, String expected, String where) {
    problems.add(what, key, found, expected, where);
  }

  private static ConfigObject empty() {
    return ConfigFactory.empty().root();
  }
}
