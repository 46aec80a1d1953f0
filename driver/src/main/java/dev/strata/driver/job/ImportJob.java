package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.imports.ImportSettings;
import dev.strata.driver.imports.ImportedModel;
import dev.strata.driver.imports.ModelImport;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.run.RunResult;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A model of Keras, DL4J or NumPy weights as a bundle that every other job takes. */
public final class ImportJob implements RunJob {
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.redone(RepeatPolicy.Earlier.RESTARTED, ImportJob::reads);

  @Override
  public String name() {
    return "models import";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.IMPORT);
  }

  private static void reads(JobInputs inputs) {
    ImportSettings settings = inputs.settings().imports();
    inputs
        .file("import.from", settings.from())
        .file("import.reference.file", settings.reference())
        .firstFile("import.preprocessing", settings.preprocessingFiles())
        .network();
  }

  @Override
  public RunResult work(ManagedRun run) {
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
    return ModelResults.of(run, ModelEnsemble.of(bundle), metrics, begun);
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

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }
}
