package dev.strata.jobs;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.report.HtmlReport;
import dev.strata.driver.report.ReportBuilder;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.config.ResolvedConfiguration;
import java.util.List;

/**
 * The {@code report.html} of a run: what came out, how it went, with which configuration, and from
 * what.
 */
final class Reports {
  private Reports() {}

  /**
   * @param history rounds of this run; empty where it has none
   * @param model where the run's model comes from
   */
  static void write(
      OutputRun run,
      RunResult result,
      List<HistoryEntry> history,
      List<EvaluationResult> evaluations,
      Provenance model) {
    ResolvedConfiguration configuration = run.context().configuration();
    ReportBuilder report =
        new ReportBuilder("strata " + result.job())
            .fact("Run", run.runId())
            .result(result)
            .history(history)
            .evaluations(evaluations)
            .configuration(configuration.differences(), configuration.flat())
            .provenance(model);
    HtmlReport.write(run.context().hadoop(), run.folder().reportFile(), report.build());
  }
}
