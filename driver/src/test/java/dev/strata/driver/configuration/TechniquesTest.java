package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.Initializations;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.optimizer.Schedules;
import dev.strata.executor.optimizer.Updaters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/techniques.md against the configuration, the names in the code and the tests that exist. */
class TechniquesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** Headline → rows of its tables → cells. */
  private static final Map<String, List<List<String>>> TABLES = new TreeMap<>();

  private static Set<String> tests;

  @BeforeAll
  static void read() throws IOException {
    String section = "";
    for (String line : Files.readAllLines(ROOT.resolve("docs/techniques.md"))) {
      if (line.startsWith("#")) {
        section = line.replaceFirst("#+ ", "");
      } else if (line.startsWith("| `")) {
        String inner = line.substring(1, line.length() - 1);
        List<String> cells = Stream.of(inner.split("\\|", -1)).map(String::trim).toList();
        TABLES.computeIfAbsent(section, s -> new ArrayList<>()).add(cells);
      }
    }
    tests = new TreeSet<>();
    for (String module : List.of("executor-lib", "driver", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files.map(TechniquesTest::name).forEach(tests::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  @Test
  void eachTechniqueHasFormulaTestAndUse() {
    assertThat(TABLES).hasSizeGreaterThan(6);
    TABLES.forEach(
        (section, rows) -> {
          for (List<String> row : rows) {
            assertThat(row).as("%s: %s", section, row).hasSize(5).doesNotContain("");
            assertThat(tests).as("%s: %s", section, row).contains(row.get(3));
          }
        });
  }

  @Test
  void everyNameOfTheCodeIsThereAndNoOther() {
    assertThat(names("Activations")).isEqualTo(new TreeSet<>(Activations.OF_LAYERS.all().keySet()));
    assertThat(names("Initialization"))
        .isEqualTo(new TreeSet<>(Initializations.NAMES.all().keySet()));
    TreeSet<String> updaters = new TreeSet<>(Updaters.NAMES.all().keySet());
    updaters.add("momentum");
    assertThat(names("Optimizers")).isEqualTo(updaters);
    assertThat(names("Gradient clipping")).isEqualTo(new TreeSet<>(Clippings.NAMES.all().keySet()));
    assertThat(names("Layers")).isSubsetOf(NetworkSection.layerWords());
    assertThat(names("Regularization")).isSubsetOf(NetworkSection.layerWords());
    assertThat(names("Learning rate schedules"))
        .isEqualTo(new TreeSet<>(Schedules.NAMES.all().keySet()));
  }

  /** First cells that are no keys. */
  private static TreeSet<String> names(String section) {
    return TABLES.get(section).stream()
        .map(row -> code(row.get(0)))
        .filter(name -> !name.contains("."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void keysExistAndHaveTheirDefaults() {
    Reference reference = Reference.load();
    int keys = 0;
    for (List<List<String>> rows : TABLES.values()) {
      for (List<String> row : rows) {
        String key = code(row.get(0));
        if (key.contains(".")) {
          assertThat(reference.keys()).contains(key);
          if (reference.root().toConfig().getIsNull(key)) {
            assertThat(code(row.get(1))).as(key).isEqualTo("null");
            keys++;
            continue;
          }
          ConfigValue value = reference.root().toConfig().getValue(key);
          String rendered = value.render(ConfigRenderOptions.concise()).replace("\"", "");
          if (value.valueType() == ConfigValueType.NUMBER) {
            assertThat(Double.parseDouble(code(row.get(1))))
                .as(key)
                .isEqualTo(Double.parseDouble(rendered));
          } else {
            assertThat(code(row.get(1))).as(key).isEqualTo(rendered);
          }
          keys++;
        }
      }
    }
    assertThat(keys).isGreaterThan(15);
  }

  private static String code(String cell) {
    Matcher code = CODE.matcher(cell);
    assertThat(code.find()).as(cell).isTrue();
    return code.group(1);
  }
}
