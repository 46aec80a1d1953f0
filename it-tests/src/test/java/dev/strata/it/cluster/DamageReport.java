package dev.strata.it.cluster;

import dev.strata.driver.damage.Mutation;
import dev.strata.it.support.InProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What commands did with damaged files: code 3 with a sentence that names the file, a fallback that
 * the command reports, or the right result. Everything else is a fault.
 *
 * <p>A folder with work of a run whose {@code run.json} was deleted is another matter: nothing says
 * whose work that is. The command must take it for another run's, which is code 2, touch nothing,
 * and name the file that is missing.
 */
final class DamageReport {
  /** As over whole files. */
  static final String RIGHT = "right result";

  /** The right result from an older checkpoint, or from the start. */
  static final String FALLBACK = "fallback, right result";

  private static final Pattern STACK = Pattern.compile("(?m)^\\s+at [\\w.$/]+\\(");

  private final String name;
  private final long seed;
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private int cases;
  private Duration longest = Duration.ZERO;

  DamageReport(String name, long seed) {
    this.name = name;
    this.seed = seed;
  }

  String name() {
    return name;
  }

  int cases() {
    return cases;
  }

  Map<String, Integer> outcomes() {
    return outcomes;
  }

  List<String> faults() {
    return faults;
  }

  /** Of all commands. */
  Duration longest() {
    return longest;
  }

  /**
   * @param result of a command that ended with code 0: {@link #RIGHT}, {@link #FALLBACK}, or a
   *     fault
   */
  void add(Mutation mutation, InProcess run, Supplier<String> result) {
    String label = label(mutation, run, result);
    cases++;
    longest = run.took().compareTo(longest) > 0 ? run.took() : longest;
    outcomes.merge(label, 1, Integer::sum);
    if (!label.equals(RIGHT) && !label.startsWith(FALLBACK) && !label.startsWith("refused")) {
      faults.add(
          "case %d, %s, %s: %s%n%s"
              .formatted(cases - 1, mutation.kind(), mutation.detail(), label, run.tail()));
    }
  }

  private static String label(Mutation mutation, InProcess run, Supplier<String> result) {
    if (run.code() == InProcess.HANGS) {
      return "HANGS";
    }
    if (run.said().contains("OutOfMemoryError")) {
      return "OUT OF MEMORY with code " + run.code();
    }
    if (STACK.matcher(run.said()).find()) {
      return "STACK TRACE with code " + run.code();
    }
    if (run.code() == 0) {
      String label;
      try {
        label = result.get();
      } catch (RuntimeException | AssertionError e) {
        return "NO RESULT: " + e;
      }
      if (!label.equals(FALLBACK)) {
        return label;
      }
      if (run.said().contains("is damaged") || names(run.said(), mutation)) {
        return FALLBACK + ", reported";
      }
      return isUnfinished(mutation)
          ? FALLBACK + ", manifest deleted: an unfinished write"
          : "SILENT FALLBACK";
    }
    if (run.code() == 2 && isUnowned(mutation)) {
      return run.said().contains("no run.json") && run.said().contains("--overwrite")
          ? "refused, run.json deleted: another run's folder"
          : "REFUSED WITHOUT THE FILE";
    }
    if (run.code() != 3) {
      return "CODE " + run.code();
    }
    return names(run.said(), mutation) ? "refused, file named" : "REFUSED WITHOUT THE FILE";
  }

  private static boolean names(String said, Mutation mutation) {
    return mutation.changed().keySet().stream()
        .map(file -> file.substring(file.lastIndexOf('/') + 1))
        .anyMatch(said::contains);
  }

  private static boolean isUnfinished(Mutation mutation) {
    return mutation.changed().entrySet().stream()
        .anyMatch(e -> e.getKey().endsWith("manifest.json") && e.getValue() == null);
  }

  private static boolean isUnowned(Mutation mutation) {
    return mutation.changed().containsKey("run.json") && mutation.changed().get("run.json") == null;
  }

  @Override
  public String toString() {
    return name + ", seed " + seed + ": " + outcomes;
  }
}
