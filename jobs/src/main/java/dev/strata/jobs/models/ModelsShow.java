package dev.strata.jobs.models;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.cli.JobOptions;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** {@code strata models show MODEL}: what a model is and where it comes from. */
public final class ModelsShow implements Job {
  private final ModelOption option = new ModelOption();

  @Override
  public String name() {
    return "models show";
  }

  @Override
  public String description() {
    return "Tells what a model is and where it comes from: data, parent, commit, settings, metrics.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.MODEL);
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Optional<JobOptions> options() {
    return Optional.of(option);
  }

  @Override
  public void run(JobContext context) {
    ModelBundle bundle =
        NamedModels.open(
            context.hadoop(),
            context.settings(),
            context.settings().model().orElseThrow(),
            "model");
    PrintStream out = context.out();
    Provenance provenance = bundle.provenance();
    out.println("model        " + bundle.folder());
    out.println("modelSha256  " + bundle.model().sha256());
    out.printf(
        "trained      by %s at %s, Strata %s, commit %s%n",
        provenance.job(), provenance.created(), provenance.strataVersion(), provenance.commit());
    out.println("data         " + provenance.dataSha256());
    out.println("parent       " + Optional.ofNullable(provenance.parentSha256()).orElse("none"));
    provenance.metrics().forEach((part, values) -> out.println("metrics      " + part + " " + values));
    out.println("\nLayers:");
    bundle.model().network().describe().text().lines().forEach(l -> out.println("  " + l));
    out.println("\nSettings:");
    provenance.configuration().forEach((key, value) -> out.println("  " + key + " = " + value));
    out.flush();
  }
}
