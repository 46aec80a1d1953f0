package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.hadoop.conf.Configuration;

/** What holds for the reader of configurations, whatever key of {@code reference.conf} it meets. */
class ConfigurationProperties {
  private static final Reference REFERENCE = Reference.load();

  /** Sections with a fixed set of names: the root is "". */
  private static final Map<String, ConfigObject> SECTIONS = sections();

  private static Map<String, ConfigObject> sections() {
    Map<String, ConfigObject> sections = new TreeMap<>();
    collect("", REFERENCE.root(), sections);
    return sections;
  }

  private static void collect(String path, ConfigObject section, Map<String, ConfigObject> into) {
    into.put(path, section);
    section.forEach(
        (name, value) -> {
          if (value instanceof ConfigObject inner && !Reference.isOpen(value)) {
            collect(Reference.join(path, name), inner, into);
          }
        });
  }

  @Provide
  Arbitrary<String> sectionPaths() {
    return Arbitraries.of(SECTIONS.keySet());
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars("-_.0 $\"é")
        .ofMinLength(1)
        .ofMaxLength(12);
  }

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.of(
        REFERENCE.keys().stream()
            .filter(key -> REFERENCE.root().toConfig().hasPath(key))
            .collect(Collectors.toList()));
  }

  private static List<String> problems(Config given) {
    Problems problems = new Problems();
    UnknownKeys.report(ResolvedConfiguration.of(given).root(), REFERENCE, problems);
    return problems.lines();
  }

  /** Wherever it stands, with the key as it must be written and exactly once. */
  @Property(tries = 50)
  void anUnknownKeyIsReported(
      @ForAll("sectionPaths") String section, @ForAll("names") String name) {
    String key = Reference.join(section, name);
    List<String> problems =
        problems(ConfigFactory.empty().withValue(key, ConfigValueFactory.fromAnyRef(1)));
    if (SECTIONS.get(section).containsKey(name)) {
      assertThat(problems).allMatch(line -> !line.startsWith("unknown key"));
    } else {
      assertThat(problems).hasSize(1);
      assertThat(problems.get(0)).startsWith("unknown key (key: " + key + "; expected: ");
    }
  }

  @Property(tries = 50)
  void allUnknownKeysAreReportedTogether(
      @ForAll @Size(min = 1, max = 6) Set<@From("sectionPaths") String> sections) {
    Config given = ConfigFactory.empty();
    List<String> keys = new ArrayList<>();
    for (String section : sections) {
      String key = Reference.join(section, "no such key");
      given = given.withValue(key, ConfigValueFactory.fromAnyRef("x"));
      keys.add(key);
    }
    List<String> problems = problems(given);
    assertThat(problems).hasSameSizeAs(keys);
    for (String key : keys) {
      assertThat(problems).anyMatch(line -> line.startsWith("unknown key (key: " + key + ";"));
    }
  }

  /** Writing a default into the file changes nothing. */
  @Property(tries = 50)
  void aDefaultThatIsWrittenIsNoDifference(@ForAll @Size(max = 8) Set<@From("keys") String> keys) {
    Config given = ConfigFactory.empty();
    for (String key : keys) {
      given = given.withValue(key, REFERENCE.root().toConfig().getValue(key));
    }
    String text = given.root().render(ConfigRenderOptions.concise());
    ResolvedConfiguration written = ResolvedConfiguration.of(ConfigFactory.parseString(text));
    assertThat(written.flat()).isEqualTo(ResolvedConfiguration.of(ConfigFactory.empty()).flat());
    assertThat(written.differences()).isEmpty();
    Problems problems = new Problems();
    SettingsReader.read(written, EnumSet.noneOf(Need.class), problems);
    assertThat(problems.lines()).isEmpty();
  }

  /** The last --set wins, over all before it and over what is no flag. */
  @Property(tries = 50)
  void theLastOverrideWins(
      @ForAll("keys") String key,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 99) Integer> values) {
    List<String> overrides = values.stream().map(value -> key + "=" + value).toList();
    ResolvedConfiguration resolved =
        ResolvedConfiguration.load(
            Optional.empty(), overrides, List.of(key + "=1234"), new Configuration());
    ConfigValue found = resolved.root().toConfig().getValue(key);
    assertThat(found.unwrapped()).isEqualTo(values.get(values.size() - 1));
  }

  @Property(tries = 50)
  void aSectionThatIsGivenAValueIsReported(@ForAll("sectionPaths") String section) {
    if (!section.isEmpty()) {
      List<String> problems =
          problems(ConfigFactory.empty().withValue(section, ConfigValueFactory.fromAnyRef("x")));
      assertThat(problems).hasSize(1);
      assertThat(problems.get(0)).startsWith("a section is given a single value (key: " + section);
    }
  }
}
