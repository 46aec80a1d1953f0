package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import dev.strata.jobs.fuzz.DamagedFormat;
import dev.strata.jobs.fuzz.DamagedRun;
import dev.strata.jobs.fuzz.Formats;
import dev.strata.jobs.fuzz.ModelFormats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every format, damaged by a seeded generator, through the command line: each is read
 * right or refused by a sentence with code 2 or 3 that names the file, within 30 seconds. System
 * properties: {@code strata.fuzz.cases} (of each format), {@code strata.seed}, {@code
 * strata.fuzz.only} ({@code csv:17}: one case again; {@code csv}: one format).
 */
@Seeded(1)
class DamagedInputTest {
  private static final int CASES = Integer.getInteger("strata.fuzz.cases", 5);
  private static final String SPARK = "org.apache.spark";
  private static final String ONLY = System.getProperty("strata.fuzz.only", "");

  @TempDir private static Path folder;

  private static Level level;

  /** The option {@code --debug} shows them. */
  @BeforeAll
  static void silenceSpark() {
    level = LogManager.getLogger(SPARK).getLevel();
    Configurator.setLevel(SPARK, Level.OFF);
  }

  @AfterAll
  static void letSparkSpeak() {
    Configurator.setLevel(SPARK, level);
  }

  static List<DamagedFormat> formats() throws IOException {
    List<DamagedFormat> all = new ArrayList<>(Formats.all(folder.resolve("rows")));
    all.addAll(ModelFormats.all(folder.resolve("models")));
    all.add(
        ModelFormats.vectors(
            folder.resolve("vectors"),
            words -> assertThat(run(words).code()).as("preparing texts").isZero()));
    all.removeIf(format -> range(format.name()).isEmpty());
    return all;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void damagedFilesAreReadRightOrRefused(DamagedFormat format, Seed seed) throws IOException {
    int[] range = range(format.name()).orElseThrow();
    DamagedRun run =
        new DamagedRun(seed.value(), folder, DamagedInputTest::run)
            .cases(format, range[0], range[1]);
    report(format.name(), run.codes(), run.failures(), seed);
  }

  private static void report(
      String format, Map<Integer, Integer> codes, List<String> failures, Seed seed) {
    System.out.printf(
        "Damaged files, %s: cases by exit code %s, %d failures%n", format, codes, failures.size());
    assertThat(failures)
        .as(
            "%s; one case again: -Dstrata.fuzz.only=%s:NUMBER -Dstrata.seed=%s",
            format, format, seed)
        .isEmpty();
  }

  /** First and last case of a format; empty where other formats are asked for alone. */
  private static Optional<int[]> range(String format) {
    String[] only = ONLY.split(":");
    if (!ONLY.isEmpty() && !Arrays.asList(only[0].split(",")).contains(format)) {
      return Optional.empty();
    }
    int first = only.length > 1 ? Integer.parseInt(only[1]) : 0;
    return Optional.of(new int[] {first, only.length > 1 ? first + 1 : CASES});
  }

  private static DamagedRun.Result run(List<String> words) {
    CommandResult result = CommandResult.of(words.toArray(String[]::new));
    return new DamagedRun.Result(result.code(), result.err());
  }
}
