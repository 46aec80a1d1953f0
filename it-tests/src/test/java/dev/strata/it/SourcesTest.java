package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What we promise of our source files: small, each class once, each in its module's package. */
class SourcesTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Map<String, String> PACKAGES =
      Map.of("executor-lib", "executor", "driver", "driver", "jobs", "jobs");

  private record Source(Path file, long lines) {}

  @Test
  void filesAreSmall() {
    List<Source> sources = new ArrayList<>();
    for (String module : List.of("executor-lib", "driver", "jobs", "it-tests")) {
      sources.addAll(under(PROJECT.resolve(module).resolve("src")));
    }
    assertThat(sources).hasSizeGreaterThan(100);
    assertThat(sources).filteredOn(s -> s.lines() > 500).isEmpty();
  }

  @Test
  void classesExistOnceAndInThePackageOfTheirModule() {
    Map<Path, String> moduleOf = new HashMap<>();
    PACKAGES.forEach(
        (module, packageName) -> {
          Path root = PROJECT.resolve(module).resolve("src/main/java");
          for (Source source : under(root)) {
            Path name = root.relativize(source.file());
            assertThat(moduleOf.put(name, module)).as("also has %s: %s", name, module).isNull();
            boolean api = name.startsWith(Path.of("dev", "strata", "api"));
            assertThat(
                    (api && !module.equals("jobs"))
                        || name.startsWith(Path.of("dev", "strata", packageName)))
                .as("%s in module %s", name, module)
                .isTrue();
          }
        });
    assertThat(moduleOf.values()).contains("executor-lib", "driver", "jobs");
  }

  @Test
  void everyPackageSaysWhatItHolds() {
    for (String module : PACKAGES.keySet()) {
      for (Source source : under(PROJECT.resolve(module).resolve("src/main/java"))) {
        assertThat(source.file().resolveSibling("package-info.java")).isRegularFile();
      }
    }
  }

  private static List<Source> under(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .map(f -> new Source(f, lines(f)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
