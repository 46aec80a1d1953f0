package dev.strata.jobs;

import dev.strata.driver.features.ExtractRequest;
import dev.strata.driver.features.ExtractResult;
import dev.strata.driver.features.FeatureExtractor;
import dev.strata.driver.features.LayerColumn;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/** {@code strata extract}: what layers of a saved model compute for each row, as Parquet. */
final class ExtractCommand implements Job {
  @Override
  public String name() {
    return "extract";
  }

  @Override
  public String description() {
    return "Writes activations of a saved model's layers for each row, as Parquet.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.MODEL, Need.LAYERS);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public void run(JobContext context) {
    Repetition.Earlier earlier =
        context.settings().extract().writeMode().replaces()
            ? Repetition.Earlier.SUPERSEDED
            : Repetition.Earlier.RESTARTED;
    Repetition repetition =
        Repetition.redone(
            earlier, inputs -> inputs.mainSource().model("model", inputs.settings().model()));
    RunResult result = OutputRun.of(context, repetition, ExtractCommand::extract);
    context.out().println("Extracted from " + result.modelPath());
    context.out().flush();
  }

  private static RunResult extract(OutputRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    JobContext context = run.context();
    ModelBundle bundle = run.model(settings.model().orElseThrow(), "model");
    SparkContext spark = context.spark().sparkContext();
    spark.setJobDescription(
        context.command() + " · " + String.join(", ", settings.extract().layers()));
    ExtractResult result;
    try (ProgressView progress = context.progress()) {
      result =
          new FeatureExtractor(context.spark(), Optional.of(progress), context::notice)
              .extract(
                  new ExtractRequest(
                      settings.data(),
                      bundle,
                      settings.extract(),
                      run.folder().features(),
                      run.folder().quarantine(),
                      run.resumes() || run.replaces(),
                      run.lease()));
    } finally {
      spark.setJobDescription(null);
    }
    tell(context, result);
    RunResult summary = ModelResult.of(run, bundle, Map.of("source", counts(result)), begun);
    Reports.write(run, summary, List.of(), List.of(), bundle.provenance());
    return summary;
  }

  private static Map<String, Double> counts(ExtractResult result) {
    return Map.of(
        "rows", (double) result.sourceRows(),
        "written-rows", (double) result.rows(),
        "dropped-rows", (double) result.droppedRows(),
        "quarantined-rows", (double) result.quarantinedRows());
  }

  private static void tell(JobContext context, ExtractResult result) {
    String columns =
        Arrays.stream(result.schema().fields())
            .map(field -> column(field.name(), result.layers()))
            .collect(Collectors.joining(", "));
    context.notice(
        "Features: " + result.rows() + " rows in " + result.folder() + ", columns " + columns);
    result
        .otherModel()
        .ifPresent(
            other ->
                context.notice(
                    "  Warning: another model wrote the partitions that stay, modelSha256 "
                        + other));
    if (result.droppedRows() > 0) {
      context.notice("  " + result.droppedRows() + " rows were dropped for missing values");
    }
    if (result.quarantinedRows() > 0) {
      context.notice(
          "  "
              + result.quarantinedRows()
              + " rows could not be used; see "
              + result.quarantine()
              + " for the reasons");
    }
  }

  private static String column(String name, List<LayerColumn> layers) {
    return layers.stream()
        .filter(layer -> layer.name().equals(name))
        .map(layer -> name + " (" + layer.width() + " numbers)")
        .findFirst()
        .orElse(name);
  }
}
