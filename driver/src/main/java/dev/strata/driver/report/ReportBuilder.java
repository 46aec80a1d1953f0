package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.visualization.Picture;
import dev.strata.executor.failure.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a report's content of what a job has at its end. Whatever is not given is left out. */
public final class ReportBuilder {
  private final String title;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<Chart> charts = new ArrayList<>();
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final List<EvaluationResult> evaluations = new ArrayList<>();
  private final List<Picture> pictures = new ArrayList<>();
  private Map<String, String> chosen = Map.of();
  private Map<String, String> configuration = Map.of();
  private final List<ReportContent.Table> tables = new ArrayList<>();
  private final Map<String, String> provenance = new LinkedHashMap<>();

  /**
   * @param title such as {@code strata train}
   */
  public ReportBuilder(String title) {
    this.title = title;
  }

  /** One more fact for the head of the page; nothing where the value is null. */
  public ReportBuilder fact(String label, Object value) {
    if (value != null) {
      facts.put(label, value.toString());
    }
    return this;
  }

  /** The facts of result.json. */
  public ReportBuilder result(RunResult result) {
    if (result.rounds() != null && result.rounds() == 0) {
      fact("Time of the computation", duration(result.trainSeconds()));
    } else {
      fact("Epochs", result.epochs());
      fact("Rounds", count(result.rounds()));
      fact("Examples", count(result.examplesSeen()));
      fact("Examples per second", count(rounded(result.examplesPerSecond())));
      fact("Time in rounds", duration(result.trainSeconds()));
    }
    fact("Time of this attempt", duration(result.wallSeconds()));
    fact("Workers", result.workers());
    fact("Parameters", count(result.parameters()));
    fact("Seed", result.seed());
    fact("Resumed from round", count(result.resumedFromRound()));
    fact("Model", result.modelPath());
    fact("modelSha256", result.modelSha256());
    result.warnings().stream()
        .filter(warning -> warning.startsWith("training: "))
        .forEach(warning -> fact("Warning", warning + "."));
    return this;
  }

  /** Charts and times of a run's rounds. */
  public ReportBuilder history(List<HistoryEntry> history) {
    HistoryCharts course = new HistoryCharts(history);
    charts.addAll(course.all());
    seconds.putAll(course.seconds());
    return this;
  }

  /** Charts of a run's rounds and layers, and what they show in words. */
  public ReportBuilder history(List<HistoryEntry> history, List<LayerEntry> layers) {
    history(history);
    charts.addAll(new LayerCharts(layers).all());
    RunFindings.table(history, layers).ifPresent(this::table);
    return this;
  }

  /** One more chart. */
  public ReportBuilder chart(Chart chart) {
    charts.add(chart);
    return this;
  }

  public ReportBuilder evaluations(List<EvaluationResult> results) {
    evaluations.addAll(results);
    return this;
  }

  /** One more table, before all else. */
  public ReportBuilder table(ReportContent.Table table) {
    tables.add(table);
    return this;
  }

  /** What the network has learnt. */
  public ReportBuilder pictures(List<Picture> some) {
    pictures.addAll(some);
    return this;
  }

  /**
   * Secrets are left out of the page.
   *
   * @param differences keys that differ from their defaults → values
   * @param resolved all keys → values
   */
  public ReportBuilder configuration(
      Map<String, String> differences, Map<String, String> resolved) {
    chosen = Secrets.values(differences);
    configuration = Secrets.values(resolved);
    return this;
  }

  /** Where the model comes from; its configuration is shown where no other is given. */
  public ReportBuilder provenance(Provenance origin) {
    provenance.put(
        "Trained by", "Strata " + origin.strataVersion() + " (commit " + origin.commit() + ")");
    provenance.put("Job", origin.job());
    provenance.put("Created", origin.created());
    provenance.put("Seed", String.valueOf(origin.seed()));
    provenance.put("Workers", String.valueOf(origin.workers()));
    provenance.put("Manifest of the training rows, SHA-256", origin.dataSha256());
    origin
        .counts()
        .forEach((name, rows) -> provenance.put("Rows: " + name, ProgressText.count(rows)));
    if (origin.parentSha256() != null) {
      provenance.put("Continued from the model", origin.parentSha256());
    }
    provenance.put("ND4J", origin.platform().backend() + ", " + origin.platform().classifier());
    provenance.put("CPU kernel", origin.platform().cpuKernel());
    provenance.put("Java", origin.platform().jdk());
    provenance.put("Spark", origin.platform().spark());
    if (configuration.isEmpty()) {
      configuration = origin.configuration();
    }
    return this;
  }

  public ReportContent build() {
    provenance.values().removeIf(java.util.Objects::isNull);
    return ReportContentBuilder.builder()
        .title(title)
        .facts(facts)
        .charts(charts)
        .seconds(seconds)
        .evaluations(evaluations)
        .pictures(pictures)
        .chosen(chosen)
        .configuration(configuration)
        .tables(tables)
        .provenance(provenance)
        .build();
  }

  private static Long rounded(Double value) {
    return value == null ? null : Math.round(value);
  }

  private static String count(Long value) {
    return value == null ? null : ProgressText.count(value);
  }

  private static String duration(Double seconds) {
    return seconds == null ? null : ProgressText.duration(seconds);
  }
}
