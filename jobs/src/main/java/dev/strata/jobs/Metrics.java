package dev.strata.jobs;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.JobContext;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Metrics of a finished run as lines of text, and the warnings that belong to them. */
final class Metrics {
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

  /** The result with the positive class and the warnings of what was evaluated. */
  static RunResult found(RunResult result, List<EvaluationResult> evaluations) {
    return result.with(
        evaluations.stream()
            .map(EvaluationResult::positiveClass)
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(null),
        evaluations.stream()
            .flatMap(one -> one.warnings().stream().map(text -> one.part() + ": " + text))
            .toList());
  }
}
