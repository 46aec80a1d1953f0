package dev.strata.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the scenarios of {@code -Pcluster} have shown. A scenario adds a row once all its checks
 * hold, so a scenario that fails has none; its failure is in the output of the build.
 */
public final class ScenarioTable {
  /** Names the build, so that no other build's rows are printed. */
  private static final String BUILD = System.getProperty("strata.build", "none");

  private ScenarioTable() {}

  /** A scenario that leaves nothing to compare. */
  public static void add(String scenario, String result) {
    write(scenario, result, "-");
  }

  /**
   * A scenario whose outcome is compared with an undisturbed run.
   *
   * @param sameBytes whether model, rows or files were equal byte for byte
   */
  public static void add(String scenario, String result, boolean sameBytes) {
    write(scenario, result, sameBytes ? "yes" : "no");
  }

  /** Prints the rows of a build, which {@code strata.build} names. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("| scenario | result | same bytes |\n| --- | --- | --- |");
    if (!Files.isDirectory(folder())) {
      return;
    }
    try (Stream<Path> files = Files.list(folder())) {
      for (String row : files.map(ScenarioTable::read).sorted().toList()) {
        System.out.println(row);
      }
    }
  }

  private static void write(String scenario, String result, String sameBytes) {
    String row = "| " + String.join(" | ", List.of(scenario, result, sameBytes)) + " |";
    try {
      Files.createDirectories(folder());
      // a file of its own: several JVMs run scenarios
      Files.writeString(folder().resolve(UUID.randomUUID() + ".row"), row, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    return Path.of("target", "scenarios", BUILD.replace(':', '-')).toAbsolutePath();
  }
}
