package dev.strata.jobs;

import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.Counted;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Metrics of a finished run as lines of text, and the warnings that belong to them. */
public final class Metrics {
  private Metrics() {}

  /** One line for each part and one that says what is good; warnings to standard error. */
  static void print(RunResult result, JobContext context) {
    PrintStream out = context.out();
    result
        .metrics()
        .forEach(
            (part, metrics) ->
                out.println(part + ": " + MetricText.line(metrics, result.positiveClass())));
    List<String> names =
        result.metrics().values().stream().map(Map::keySet).flatMap(keys -> keys.stream()).toList();
    MetricText.legend(names).ifPresent(out::println);
    result.warnings().forEach(warning -> context.notice("Warning: " + warning));
  }

  /** What was trained, its speed, metrics and checksum. */
  static void printTrained(String verb, RunResult result, JobContext context) {
    printTrained(verb, "", result, context);
  }

  /**
   * As above.
   *
   * @param epochsOf what the epochs count, for a sentence
   */
  static void printTrained(String verb, String epochsOf, RunResult result, JobContext context) {
    PrintStream out = context.out();
    out.println(result.rounds() == 0 ? computed(result) : trained(verb, epochsOf, result));
    print(result, context);
    out.println("modelSha256 " + result.modelSha256());
  }

  private static String trained(String verb, String epochsOf, RunResult result) {
    return String.format(
        "%s %s: %s%s, %s, %,d examples, %,.0f examples/s",
        verb,
        result.modelPath(),
        Counted.of(result.epochs(), "epoch"),
        epochsOf,
        Counted.of(result.rounds(), "round"),
        result.examplesSeen(),
        result.examplesPerSecond());
  }

  /** Of a task without steps. */
  private static String computed(RunResult result) {
    return String.format(
        Locale.ROOT, "Computed %s in %.1f s", result.modelPath(), result.trainSeconds());
  }
}
