package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceSettings;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key that a source of validation or test rows has of its own is read. */
class PartSourceTest {
  /** The keys of {@code data} that say where rows are and how they are read, one source alone. */
  private static final Map<String, String> OF_ONE_SOURCE =
      Map.of(
          "format", "csv",
          "path", "[a.csv]",
          "labels-path", "labels",
          "table", "rows",
          "sql", "\"select 1\"",
          "where", "\"x > 1.0\"",
          "options", "{ sep = \";\" }",
          "column-names", "[a, b]");

  /** The keys of {@code data} that hold for all sources: what rows are, not where. */
  private static final Set<String> OF_ALL_SOURCES =
      Set.of(
          "missing-values",
          "images",
          "validation",
          "test",
          "split",
          "features",
          "exclude",
          "categorical",
          "label",
          "label-kind",
          "label-mapping",
          "label-classes",
          "weight",
          "class-weights",
          "group",
          "id",
          "text",
          "missing",
          "unseen-category",
          "categories",
          "time",
          "column-scaling",
          "scaling",
          "divide-by",
          "labels-per-class",
          "limit",
          "shards",
          "block-size",
          "blocks",
          "densify-limit");

  static Stream<String> keys() {
    return Stream.of("validation", "test")
        .flatMap(part -> OF_ONE_SOURCE.keySet().stream().sorted().map(key -> part + "." + key));
  }

  @Test
  void everyKeyOfDataIsOfOneSourceOrOfAll() {
    ConfigObject data = (ConfigObject) Reference.load().root().get("data");
    Set<String> known = new TreeSet<>(OF_ALL_SOURCES);
    known.addAll(OF_ONE_SOURCE.keySet());
    assertThat(data.keySet()).containsExactlyInAnyOrderElementsOf(known);
    for (String part : new String[] {"validation", "test"}) {
      assertThat(((ConfigObject) data.get(part)).keySet())
          .as(part)
          .containsExactlyInAnyOrderElementsOf(OF_ONE_SOURCE.keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyOfOneSourceChangesThatSourceOnly(String key) {
    String name = key.substring(key.indexOf('.') + 1);
    DataSettings none = read("");
    DataSettings given = read("data." + key + " = " + OF_ONE_SOURCE.get(name));
    boolean test = key.startsWith("test");
    assertThat(of(given, test)).as(key).isNotEqualTo(of(none, test));
    assertThat(of(given, !test)).isEqualTo(of(none, !test));
    assertThat(given.source()).isEqualTo(none.source());
    assertThat(given.format()).isEqualTo(none.format());
    assertThat(given.columnNames()).isEqualTo(none.columnNames());
  }

  @Test
  void anEmptyListOfNamesIsNotNone() {
    assertThat(read("data.test.column-names = []").test().columnNames()).isPresent();
    assertThat(read("data.test.column-names = null").test().columnNames()).isEmpty();
  }

  private static SourceSettings of(DataSettings settings, boolean test) {
    return test ? settings.test() : settings.validation();
  }

  private static DataSettings read(String text) {
    Problems problems = new Problems();
    Settings settings =
        SettingsReader.read(
            ResolvedConfiguration.of(ConfigFactory.parseString(text)),
            EnumSet.noneOf(Need.class),
            problems);
    assertThat(problems.lines()).isEmpty();
    return settings.data();
  }
}
