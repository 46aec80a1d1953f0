package dev.strata.jobs;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.report.HtmlReport;
import dev.strata.driver.report.ReportContent;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Series;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The {@code report.html} of a run: what it did, how it went, what came out, and from what. */
final class Reports {
  private Reports() {}

  static void write(
      OutputRun run,
      RunResult result,
      List<HistoryEntry> history,
      List<EvaluationResult> evaluations,
      Optional<Provenance> provenance) {
    ReportContent content =
        new ReportContent(
            "strata " + result.job(),
            facts(run, result),
            List.of(losses(history), speed(history)),
            evaluations,
            run.context().configuration().flat(),
            provenance.map(Reports::lines).orElse(Map.of()));
    HtmlReport.write(run.context().hadoop(), run.folder().reportFile(), content);
  }

  private static Map<String, String> facts(OutputRun run, RunResult result) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("run", run.runId());
    put(facts, "model", result.modelPath());
    put(facts, "model sha256", result.modelSha256());
    put(facts, "parameters", result.parameters());
    put(facts, "workers", result.workers());
    put(facts, "epochs", result.epochs());
    put(facts, "rounds", result.rounds());
    put(facts, "examples seen", result.examplesSeen());
    put(facts, "training seconds", rounded(result.trainSeconds()));
    put(facts, "examples per second", rounded(result.examplesPerSecond()));
    put(facts, "seed", result.seed());
    put(facts, "resumed from round", result.resumedFromRound());
    return facts;
  }

  private static void put(Map<String, String> facts, String label, Object value) {
    if (value != null) {
      facts.put(label, value.toString());
    }
  }

  private static String rounded(Double value) {
    return value == null ? null : String.format(Locale.ROOT, "%.1f", value);
  }

  private static Chart losses(List<HistoryEntry> history) {
    List<HistoryEntry> validated =
        history.stream().filter(e -> e.validationLoss().isPresent()).toList();
    return new Chart(
        "Loss",
        "round",
        "loss",
        List.of(
            series("training", history, HistoryEntry::loss),
            series("validation", validated, e -> e.validationLoss().orElseThrow())));
  }

  private static Chart speed(List<HistoryEntry> history) {
    return new Chart(
        "Speed",
        "round",
        "examples per second",
        List.of(series("training", history, HistoryEntry::examplesPerSecond)));
  }

  private static Series series(
      String name, List<HistoryEntry> entries, Function<HistoryEntry, Double> value) {
    return new Series(
        name,
        entries.stream().map(e -> (double) e.round()).toList(),
        entries.stream().map(value).toList());
  }

  private static Map<String, String> lines(Provenance provenance) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("trained by", "Strata " + provenance.strataVersion() + ", commit " + provenance.commit());
    lines.put("created", provenance.created());
    lines.put("job", provenance.job());
    lines.put("seed", String.valueOf(provenance.seed()));
    lines.put("workers", String.valueOf(provenance.workers()));
    lines.put("training rows' manifest sha256", provenance.dataSha256());
    provenance.counts().forEach((name, rows) -> lines.put("rows: " + name, rows.toString()));
    put(lines, "continued from model", provenance.parentSha256());
    lines.put(
        "computed on",
        provenance.platform().backend()
            + ", "
            + provenance.platform().classifier()
            + ", "
            + provenance.platform().cpuKernel());
    lines.put("Java", provenance.platform().jdk());
    lines.put("Spark", provenance.platform().spark());
    return lines;
  }
}
