package dev.strata.driver.comparison;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a comparison has found, for people: best first. */
public final class ComparisonTable {
  private static final String FORMAT = "%-23s %-29s %9s %9s %9s %21s %9s";

  private final SearchSettings.Metric metric;
  private final List<MethodScores> sorted;
  private final FoldedScores constant;
  private final MethodScores reference;

  /**
   * @param tried at least one
   * @param constant the scores of one prediction for all rows
   */
  public ComparisonTable(
      List<MethodScores> tried, FoldedScores constant, SearchSettings.Metric metric) {
    this.metric = metric;
    this.constant = constant;
    this.sorted =
        tried.stream()
            .sorted(Comparator.comparingDouble(m -> m.scores().score(metric).mean()))
            .toList();
    this.reference =
        sorted.stream().filter(m -> !m.method().network()).findFirst().orElse(sorted.get(0));
  }

  /** Names of the columns. */
  public List<String> columns() {
    String other =
        switch (reference.method()) {
          case GRADIENT_BOOSTED_TREES -> "boosted trees";
          case LOGISTIC_REGRESSION -> "regression";
          default -> reference.method().text();
        };
    return List.of(
        "method", "setting", metric.text(), "s.e.", beside().text(), "against " + other, "seconds");
  }

  /** A row for each method, and one for one prediction for all rows. */
  public List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (MethodScores one : sorted) {
      String seconds = String.format(Locale.ROOT, "%.1f", one.seconds());
      rows.add(row(one.method().text(), one.setting(), one.scores(), seconds));
    }
    rows.add(row("one prediction for all", "", constant, ""));
    return rows;
  }

  /** The metric that is shown and not compared. */
  private SearchSettings.Metric beside() {
    return metric == SearchSettings.Metric.LOSS
        ? SearchSettings.Metric.ERROR
        : SearchSettings.Metric.LOSS;
  }

  private List<String> row(String name, String setting, FoldedScores scores, String seconds) {
    Estimate estimate = scores.score(metric);
    Estimate difference = scores.against(reference.scores(), metric);
    return List.of(
        name,
        setting,
        Figures.of(estimate.mean()),
        Figures.of(estimate.standardError()),
        Figures.of(scores.score(beside()).mean()),
        scores == reference.scores()
            ? ""
            : Figures.signed(difference.mean()) + " ± " + Figures.of(difference.standardError()),
        seconds);
  }

  /** As lines. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(line(columns()));
    rows().forEach(row -> lines.add(line(row)));
    return String.join("\n", lines) + "\n";
  }

  private static String line(List<String> cells) {
    return String.format(Locale.ROOT, FORMAT, cells.toArray()).stripTrailing();
  }

  /** What the columns are. */
  public List<String> legend() {
    return List.of(
        "loss: mean cross-entropy, of values the mean squared error; error: share of wrong classes, of",
        "values the root mean squared error; means over the folds; s.e.: standard error of the %s;"
            .formatted(metric.text()),
        "against: its difference to that of the best method without a network (or of the best of all),",
        "paired by fold, and its standard error; lower is better;",
        "seconds: of all trainings of the method.");
  }
}
