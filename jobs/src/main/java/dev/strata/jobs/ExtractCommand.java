package dev.strata.jobs;

import dev.strata.driver.features.ExtractRequest;
import dev.strata.driver.features.ExtractResult;
import dev.strata.driver.features.FeatureExtractor;
import dev.strata.driver.features.LayerColumn;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import dev.strata.jobs.models.NamedModels;
import java.util.EnumSet;
import java.util.Map;
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
    return "Writes what layers of a saved model compute for each row, as Parquet.";
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
    RunResult result = OutputRun.of(context, ExtractCommand::extract);
    context.out().println("Extracted from " + result.modelPath());
    context.out().flush();
  }

  private static RunResult extract(OutputRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    JobContext context = run.context();
    ModelBundle bundle =
        NamedModels.open(context.hadoop(), settings, settings.model().orElseThrow(), "model");
    SparkContext spark = context.spark().sparkContext();
    spark.setJobDescription(
        context.command() + " · " + String.join(", ", settings.extract().layers()));
    ExtractResult result;
    try {
      result =
          new FeatureExtractor(context.spark())
              .extract(
                  new ExtractRequest(
                      settings.data(),
                      bundle,
                      settings.extract(),
                      run.folder().features(),
                      run.resumes()));
    } finally {
      spark.setJobDescription(null);
    }
    context.notice(
        "Features: "
            + result.rows()
            + " rows in "
            + result.folder()
            + ", columns "
            + columns(result));
    if (result.droppedRows() > 0) {
      context.notice("  " + result.droppedRows() + " rows were dropped for missing values");
    }
    return new RunResult(
        context.command(),
        RunResult.FINISHED,
        Map.of(),
        null,
        null,
        null,
        settings.training().workers(),
        bundle.model().parameters().length(),
        null,
        (System.nanoTime() - begun) / 1e9,
        null,
        bundle.folder(),
        bundle.model().sha256(),
        settings.seed(),
        null);
  }

  private static String columns(ExtractResult result) {
    String layers =
        result.layers().stream().map(ExtractCommand::column).collect(Collectors.joining(", "));
    return result.id().isEmpty() ? layers : String.join(", ", result.id()) + ", " + layers;
  }

  private static String column(LayerColumn layer) {
    return layer.name() + " (" + layer.width() + " numbers)";
  }
}
