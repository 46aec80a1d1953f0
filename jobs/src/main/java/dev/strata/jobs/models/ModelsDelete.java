package dev.strata.jobs.models;

import dev.strata.driver.zoo.Deletion;
import dev.strata.driver.zoo.Promotion;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.cli.JobOptions;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * {@code strata models delete zoo:NAME@VERSION}: removes a version that nothing needs; with {@code
 * --alias} the alias alone.
 */
public final class ModelsDelete implements Job {
  private final Options options = new Options();

  /** Its own options. */
  private static final class Options extends ModelOption {
    @Option(
        names = "--alias",
        paramLabel = "ALIAS",
        description = "Delete this alias of zoo:NAME, and no version.")
    private String alias;
  }

  @Override
  public String name() {
    return "models delete";
  }

  @Override
  public String description() {
    return "Deletes a version that no alias and no other model needs, or an alias.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.MODEL, Need.ZOO);
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Optional<JobOptions> options() {
    return Optional.of(options);
  }

  @Override
  public void run(JobContext context) {
    ZooName name = ZooName.parse(context.settings().model().orElseThrow(), "model");
    Zoo zoo = NamedModels.zoo(context.hadoop(), context.settings());
    if (options.alias != null) {
      new Promotion(zoo).remove(name.model(), options.alias, "--alias");
      context.out().printf("Deleted zoo:%s@%s%n", name.model(), options.alias);
    } else {
      new Deletion(zoo).delete(name, "model");
      context.out().println("Deleted " + name);
    }
    context.out().flush();
  }
}
