package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.report.HtmlReport;
import dev.strata.driver.report.ReportBuilder;
import dev.strata.driver.report.ReportContent;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import dev.strata.driver.tuning.Dimension;
import dev.strata.driver.tuning.TuneOutcome;
import dev.strata.driver.tuning.TunePictures;
import dev.strata.driver.tuning.TuneRequestBuilder;
import dev.strata.driver.tuning.TuneSearch;
import dev.strata.driver.tuning.TuneSettings;
import dev.strata.driver.tuning.TuneTable;
import dev.strata.driver.visualization.Picture;
import dev.strata.driver.visualization.PictureFolder;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * The best values of chosen keys: trains a network many times, side by side, and writes the
 * configuration of the best trial.
 */
public final class TuneJob implements RunJob {
  /** What the output's table is called. */
  public static final String TABLE = "tuning.txt";

  /** The best configuration: one for {@code train}. */
  public static final String BEST = "best.conf";

  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(TuneJob::reads, settings -> RepeatPolicy.Longer.NOTHING);

  @Override
  public String name() {
    return "tune";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.NETWORK, Need.TUNING);
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }

  private static void reads(JobInputs inputs) {
    inputs.data().network();
  }

  /** Whether a configuration is for tuning: by the keys it gives. */
  public static boolean isMeant(Set<String> keys) {
    return keys.stream().anyMatch(key -> key.startsWith("tune."));
  }

  /** As {@link #isMeant(Set)}, by what was read. */
  public static boolean isMeant(Settings settings) {
    return !settings.tune().equals(TuneSettings.defaults());
  }

  /** What would be tried, in a sentence. */
  public static String words(Settings settings) {
    TuneSettings tune = settings.tune();
    return "Method %s over %s."
        .formatted(
            tune.method().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            tune.dimensions().stream().map(Dimension::key).collect(Collectors.joining(", ")));
  }

  @Override
  public RunResult work(ManagedRun run) {
    long begun = System.nanoTime();
    TunedNetworks networks = new TunedNetworks(run);
    TuneOutcome outcome =
        new TuneSearch(
                run.context().javaSpark(),
                TuneRequestBuilder.builder()
                    .settings(run.settings().tune())
                    .epochs(run.settings().training().epochs())
                    .seed(run.settings().seed())
                    .folds(networks.folds())
                    .candidates(networks::candidate)
                    .rows(networks.rows())
                    .folder(run.folder().search())
                    .lock(run.lock())
                    .notice(run.context()::notice)
                    .build())
            .run();
    run.lock().ensureHeld();
    Path best = new Path(run.folder().folder(), BEST);
    write(
        run,
        best,
        "# Written by strata tune. Run it with: strata train --config %s%n%s"
            .formatted(
                best,
                networks
                    .training(
                        outcome.best(),
                        outcome.bestScore().epoch(),
                        new Path(run.folder().folder(), "best"))
                    .text()));
    TuneTable table = new TuneTable(outcome);
    write(run, new Path(run.folder().folder(), TABLE), table.text());
    RunResult result =
        RunResultBuilder.builder(ModelResults.withoutModel(run, outcome.metrics(), begun))
            .workers(1)
            .trainSeconds(outcome.seconds())
            .warnings(outcome.warnings())
            .build();
    print(run, table, outcome, best);
    report(run, result, outcome, table);
    return result;
  }

  private static void print(ManagedRun run, TuneTable table, TuneOutcome outcome, Path best) {
    PrintStream out = run.context().out();
    out.println();
    out.print(table.text());
    table.legend().forEach(out::println);
    out.println();
    out.println(outcome.sentence());
    outcome.warnings().forEach(out::println);
    out.println("Configuration: " + best);
  }

  private static void write(ManagedRun run, Path file, String text) {
    OutputFiles.write(run.context().hadoop(), file, text);
  }

  private static void report(
      ManagedRun run, RunResult result, TuneOutcome outcome, TuneTable table) {
    if (!run.context().reports()) {
      return;
    }
    List<Picture> pictures = new TunePictures(outcome).all();
    PictureFolder.write(run.context().hadoop(), run.folder().pictures(), pictures);
    ResolvedConfiguration configuration = run.context().configuration();
    ReportBuilder report =
        new ReportBuilder("strata " + result.job())
            .fact("Run", run.runId())
            .fact("Outcome", outcome.sentence())
            .result(result)
            .table(
                new ReportContent.Table(
                    "Trials", table.columns(), table.rows(), String.join(" ", table.legend())))
            .pictures(pictures)
            .configuration(configuration.differences(), configuration.flat());
    if (!outcome.warnings().isEmpty()) {
      report.fact("Note", String.join(" ", outcome.warnings()));
    }
    HtmlReport.write(run.context().hadoop(), run.folder().reportFile(), report.build());
  }
}
