package dev.strata.jobs.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs cases of one format. A case is a function of (seed, format, number), so that each can be
 * repeated alone.
 */
public final class DamagedRun {
  /** Instead of an exit code, where the command did not end. */
  private static final int NONE = -1;

  private final long seed;
  private final Path folder;
  private final Function<List<String>, Result> run;
  private final List<String> failures = new ArrayList<>();
  private final Map<Integer, Integer> codes = new TreeMap<>();
  private boolean hung;

  /** Exit code and standard error of a command. */
  public record Result(int code, String err) {}

  /**
   * @param folder for inputs and outputs of cases, each removed after its case
   * @param run a command in this JVM
   */
  public DamagedRun(long seed, Path folder, Function<List<String>, Result> run) {
    this.seed = seed;
    this.folder = folder;
    this.run = run;
  }

  /**
   * The cases {@code from … to} of a format; a hang is the last one, as the thread, and Spark's
   * task, may go on for ever.
   */
  public DamagedRun cases(DamagedFormat format, int from, int to) throws IOException {
    for (int number = from; number < to && !hung; number++) {
      one(format, number);
    }
    return this;
  }

  private void one(DamagedFormat format, int number) throws IOException {
    Path own = Files.createDirectories(folder.resolve(format.name() + "-" + number));
    DamagedCase damaged = format.next(random(format.name(), number), own);
    int[] code = {NONE};
    Callable<Result> command =
        () -> {
          Result result = run.apply(damaged.command());
          code[0] = result.code();
          return result;
        };
    Optional<String> problem = Verdict.of(damaged, command);
    codes.merge(code[0], 1, Integer::sum);
    hung = code[0] == NONE;
    problem.ifPresent(
        what ->
            failures.add(
                "%s:%d, seed %d: %s%n%s"
                    .formatted(format.name(), number, seed, damaged.mutation(), what)));
    if (!hung) {
      remove(own);
    }
  }

  private Random random(String format, int number) {
    return new Random(seed * 1_000_003 + format.hashCode() * 31L + number * 0x9E3779B97F4A7C15L);
  }

  /** Each with seed, mutation and what went wrong. */
  public List<String> failures() {
    return failures;
  }

  /** Cases by exit code. */
  public Map<Integer, Integer> codes() {
    return codes;
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
