package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.features.ExtractRequest;
import dev.strata.driver.features.ExtractResult;
import dev.strata.driver.features.FeatureExtractor;
import dev.strata.driver.features.LayerColumn;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.Counted;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/**
 * What layers of a saved model compute for each row, as Parquet. Of several models the layers of
 * each, and the mean of their predictions.
 */
public final class ExtractJob implements RunJob {
  @Override
  public String name() {
    return "extract";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.MODEL, Need.ENSEMBLE, Need.LAYERS);
  }

  @Override
  public RunResult work(ManagedRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    JobContext context = run.context();
    ModelEnsemble models = run.models();
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
                      models,
                      settings.extract(),
                      run.folder().features(),
                      run.folder().quarantine(),
                      run.resumes() || run.replaces(),
                      run.lock()));
    } finally {
      spark.setJobDescription(null);
    }
    tell(context, result);
    RunResult summary = ModelResults.of(run, models, Map.of("source", counts(result)), begun);
    RunReports.write(
        run,
        summary,
        List.of(),
        List.of(),
        models.single() ? Optional.of(models.first().provenance()) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
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
        "Features: "
            + Counted.of(result.rows(), "row")
            + " in "
            + result.folder()
            + ", columns "
            + columns);
    result
        .otherModel()
        .ifPresent(
            other ->
                context.notice(
                    "  Warning: another model wrote the partitions that stay, modelSha256 "
                        + other));
    if (result.droppedRows() > 0) {
      context.notice("  dropped for missing values: " + Counted.of(result.droppedRows(), "row"));
    }
    if (result.quarantinedRows() > 0) {
      context.notice(
          "  could not be used: "
              + Counted.of(result.quarantinedRows(), "row")
              + "; see "
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

  @Override
  public RepeatPolicy policy(JobContext context) {
    RepeatPolicy.Earlier earlier =
        context.settings().extract().writeMode().replaces()
            ? RepeatPolicy.Earlier.SUPERSEDED
            : RepeatPolicy.Earlier.RESTARTED;
    return RepeatPolicy.redone(earlier, inputs -> inputs.mainSource().models());
  }
}
