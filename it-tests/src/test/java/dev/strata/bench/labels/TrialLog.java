package dev.strata.bench.labels;

import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.json.Json;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Results of trials by name, one line of JSON each, appended as they come: a run that was killed
 * goes on with what is missing. A last line that the kill cut off is left out.
 */
public final class TrialLog {
  private final Path file;
  private final Map<String, TrialResult> results = new LinkedHashMap<>();

  public TrialLog(Path file) {
    this.file = file;
    try {
      if (Files.exists(file)) {
        read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    int whole = text.lastIndexOf('\n') + 1;
    if (whole < text.length()) {
      Files.writeString(file, text.substring(0, whole), StandardCharsets.UTF_8);
    }
    for (String line : text.substring(0, whole).lines().toList()) {
      TrialResult result = Json.read(line, TrialResult.class, file);
      results.put(result.name(), result);
    }
  }

  /** Result of a trial, if it is done. */
  public Optional<TrialResult> find(String name) {
    return Optional.ofNullable(results.get(name));
  }

  /**
   * Runs the trials that are not done, and says of each how it ended.
   *
   * @param what they are, for people
   */
  public void complete(TrialRunner runner, String what, List<Trial> trials) {
    List<Trial> missing = trials.stream().filter(t -> find(t.name()).isEmpty()).toList();
    int[] done = {0};
    runner.run(
        missing,
        (index, result) -> {
          add(result);
          done[0]++;
          System.err.printf(
              "%s: %d of %d, %.1f s, error %.3f, %s%n",
              what,
              done[0],
              missing.size(),
              result.seconds(),
              result.last().error(),
              result.name());
        });
  }

  synchronized void add(TrialResult result) {
    results.put(result.name(), result);
    try {
      Files.writeString(
          file,
          Json.line(result) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
