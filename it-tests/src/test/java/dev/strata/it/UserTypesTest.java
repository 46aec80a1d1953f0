package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users read names classes of the API only; other classes may change in each version. */
class UserTypesTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAME =
      Pattern.compile("\\bdev\\.strata(?:\\.[a-z]\\w*)+\\.[A-Z]\\w*");

  /** Main class of the commands, and main classes of measurements. */
  private static final Pattern PROGRAM =
      Pattern.compile("dev\\.strata\\.(jobs\\.Strata|bench\\..*)");

  /** For those who change Strata. */
  private static final Set<String> FOR_DEVELOPERS = Set.of("architecture.md", "development.md");

  @Test
  void documentsAndExamplesNameClassesOfTheApi() {
    Set<String> api = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (Path file : read()) {
      Matcher name = NAME.matcher(text(file));
      while (name.find()) {
        if (name.group().startsWith("dev.strata.api.")) {
          api.add(name.group());
        } else if (!PROGRAM.matcher(name.group()).matches()) {
          others.add(PROJECT.relativize(file) + ": " + name.group());
        }
      }
    }
    assertThat(others).isEmpty();
    assertThat(api)
        .contains("dev.strata.api.LayerwisePretrainer", "dev.strata.api.corruption.RowCorruption")
        .allSatisfy(UserTypesTest::exists);
  }

  private static void exists(String name) {
    String file = "src/main/java/" + name.replace('.', '/') + ".java";
    assertThat(Stream.of("driver", "executor-lib"))
        .as(name)
        .anyMatch(module -> Files.isRegularFile(PROJECT.resolve(module).resolve(file)));
  }

  private static List<Path> read() {
    return Stream.of("README.md", "docs", "conf", "deploy")
        .flatMap(name -> files(PROJECT.resolve(name)))
        .filter(file -> !FOR_DEVELOPERS.contains(file.getFileName().toString()))
        .filter(file -> !file.toString().endsWith(".pyc"))
        .toList();
  }

  private static Stream<Path> files(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
