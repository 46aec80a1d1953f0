package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.MemberResult;
import dev.strata.driver.progress.ProgressText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The members of an ensemble beside it, by the metrics that say most. */
public final class MemberTable {
  private static final List<String> METRICS =
      List.of(
          "accuracy",
          "balanced-accuracy",
          "log-loss",
          "expected-calibration-error",
          "rmse",
          "mae",
          "r2",
          "loss");

  private MemberTable() {}

  /** The ensemble first, then its members in order. */
  public static ReportContent.Table of(EvaluationResult ensemble, List<MemberResult> members) {
    List<String> metrics = METRICS.stream().filter(ensemble.metrics()::containsKey).toList();
    List<String> columns = new ArrayList<>(List.of("predictions of"));
    columns.addAll(metrics);
    columns.add("model");
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("the ensemble", metrics, ensemble.metrics(), ""));
    members.forEach(own -> rows.add(row(own.name(), metrics, own.metrics(), own.model())));
    return new ReportContent.Table(
        "Ensemble and members",
        columns,
        rows,
        "The ensemble's prediction is the mean of its members' probabilities, or of their values.");
  }

  private static List<String> row(
      String name, List<String> metrics, Map<String, Double> values, String model) {
    List<String> row = new ArrayList<>(List.of(name));
    for (String metric : metrics) {
      Double value = values.get(metric);
      row.add(value == null ? "" : ProgressText.significant(value));
    }
    row.add(model);
    return row;
  }
}
