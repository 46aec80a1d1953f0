package dev.strata.driver.job;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.Importance;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.report.HtmlReport;
import dev.strata.driver.report.ImportancePicture;
import dev.strata.driver.report.LossPicture;
import dev.strata.driver.report.OutputCourse;
import dev.strata.driver.report.ReportBuilder;
import dev.strata.driver.report.ReportContent;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerHistory;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.visualization.NetworkPictures;
import dev.strata.driver.visualization.NetworkSnapshot;
import dev.strata.driver.visualization.Picture;
import dev.strata.driver.visualization.PictureFolder;
import dev.strata.driver.visualization.SampleRows;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code report.html} of a run: what came out, how it went, with which configuration, and from
 * what.
 */
final class RunReports {
  private static final int ROWS_TO_SEE_BY = 300;

  private RunReports() {}

  /**
   * Rows that show a network: held-out rows if there are any, else those it was trained on.
   *
   * @param shards by the name of their part
   */
  static SampleRows sample(ManagedRun run, Map<String, ShardSet> shards) {
    ShardSet rows = shards.getOrDefault("validation", shards.get("train"));
    return SampleRows.read(run.context().hadoop(), rows, ROWS_TO_SEE_BY);
  }

  /**
   * Without pictures of the network.
   *
   * @param history rounds of this run; empty where it has none
   * @param model where the run's model comes from
   */
  static void write(
      ManagedRun run,
      RunResult result,
      List<HistoryEntry> history,
      List<EvaluationResult> evaluations,
      Provenance model) {
    write(run, result, history, evaluations, model, Optional.empty());
  }

  /**
   * @param history rounds of this run; empty where it has none
   * @param model where the run's model comes from
   * @param sight the trained network and rows to see it by; the pictures are written as files too
   */
  static void write(
      ManagedRun run,
      RunResult result,
      List<HistoryEntry> history,
      List<EvaluationResult> evaluations,
      Provenance model,
      Optional<NetworkSnapshot> sight) {
    write(
        run, result, history, evaluations, Optional.of(model), sight, Optional.empty(), List.of());
  }

  /**
   * As above.
   *
   * @param model where the run's model comes from; empty of several models
   * @param importance of the columns
   * @param tables more tables
   */
  static void write(
      ManagedRun run,
      RunResult result,
      List<HistoryEntry> history,
      List<EvaluationResult> evaluations,
      Optional<Provenance> model,
      Optional<NetworkSnapshot> sight,
      Optional<Importance> importance,
      List<ReportContent.Table> tables) {
    if (!run.context().reports()) {
      return;
    }
    List<LayerEntry> layers = history.isEmpty() ? List.of() : LayerHistory.read(run.folder());
    List<Picture> pictures = new ArrayList<>(sight.map(NetworkPictures::of).orElse(List.of()));
    pictures.addAll(OutputCourse.of(layers));
    importance.map(ImportancePicture::of).ifPresent(pictures::add);
    List<Picture> files = new ArrayList<>(pictures);
    LossPicture.of(history).ifPresent(files::add);
    PictureFolder.write(run.context().hadoop(), run.folder().pictures(), files);
    ResolvedConfiguration configuration = run.context().configuration();
    ReportBuilder report =
        new ReportBuilder("strata " + result.job())
            .fact("Run", run.runId())
            .result(result)
            .history(history, layers)
            .evaluations(evaluations)
            .pictures(pictures)
            .configuration(configuration.differences(), configuration.flat());
    model.ifPresent(report::provenance);
    tables.forEach(report::table);
    importance.map(ImportancePicture::table).ifPresent(report::table);
    HtmlReport.write(run.context().hadoop(), run.folder().reportFile(), report.build());
  }
}
