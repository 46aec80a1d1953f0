package dev.strata.jobs;

import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.imports.ImportSettings;
import dev.strata.driver.imports.ImportedModel;
import dev.strata.driver.imports.ModelImport;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.cli.JobOptions;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Parameters;

/**
 * {@code strata models import FILE --output DIR}: a model of Keras, DL4J or NumPy weights as a
 * bundle that every other command takes.
 */
final class ModelsImport implements Job {
  private static final Repetition REPETITION =
      Repetition.redone(Repetition.Earlier.RESTARTED, ModelsImport::reads);

  private final FileOption option = new FileOption();

  /** The file as the word after the command. */
  private static final class FileOption implements JobOptions {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Short for --set import.from=FILE: Keras .h5, a DL4J zip, .npz or .npy.")
    private String file;

    @Override
    public List<String> settings() {
      return file == null ? List.of() : List.of("import.from=" + file);
    }
  }

  @Override
  public String name() {
    return "models import";
  }

  @Override
  public String description() {
    return "Imports a model from a Keras file, a DL4J zip or NumPy weights, and checks its"
        + " outputs.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.IMPORT);
  }

  @Override
  public boolean writes() {
    return true;
  }

  /** It computes on this machine alone. */
  @Override
  public boolean startsSpark() {
    return false;
  }

  @Override
  public Optional<JobOptions> options() {
    return Optional.of(option);
  }

  private static void reads(Inputs inputs) {
    ImportSettings settings = inputs.settings().imports();
    inputs
        .file("import.from", settings.from())
        .file("import.reference.file", settings.reference())
        .firstFile("import.preprocessing", settings.preprocessingFiles())
        .network();
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, ModelsImport::bring);
    context.out().println("Imported into " + result.modelPath());
    context.out().flush();
  }

  private static RunResult bring(OutputRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    JobContext context = run.context();
    ImportedModel imported =
        new ModelImport(
                context.hadoop(),
                settings.imports(),
                settings.data(),
                settings.network(),
                settings.seed())
            .run();
    Map<String, Map<String, Double>> metrics =
        imported.differences().isEmpty() ? Map.of() : Map.of("reference", imported.differences());
    Provenance provenance =
        Provenance.now(
            context.command(),
            settings.seed(),
            0,
            imported.fileSha256(),
            Map.of(),
            null,
            metrics,
            context.configuration().flat());
    String folder = run.folder().model().toString();
    BundleWriter.write(
        context.hadoop(), folder, imported.model(), imported.preprocessing(), provenance);
    tell(context, imported);
    ModelBundle bundle =
        new ModelBundle(folder, imported.model(), imported.preprocessing(), provenance);
    return ModelResult.of(run, bundle, metrics, begun);
  }

  private static void tell(JobContext context, ImportedModel imported) {
    context.notice(
        "Read " + imported.file() + " (" + imported.format().name().toLowerCase(Locale.ROOT) + ")");
    imported.model().network().describe().text().lines().forEach(l -> context.notice("  " + l));
    if (imported.differences().isEmpty()) {
      context.notice("Outputs not compared: import.reference.file is not set");
    }
    imported
        .differences()
        .forEach(
            (layer, difference) ->
                context.notice(
                    "Layer %s differs by at most %s"
                        .formatted(layer, MetricText.number(difference))));
    if (!imported.scores()) {
      context.notice(
          "The last layer cannot have a loss: the model supports extract, but not evaluate");
    }
  }
}
