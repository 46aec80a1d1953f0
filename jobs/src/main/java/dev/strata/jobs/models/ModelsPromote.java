package dev.strata.jobs.models;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Promotion;
import dev.strata.driver.zoo.ZooName;
import picocli.CommandLine.Option;

/**
 * {@code strata models promote zoo:NAME@VERSION --alias ALIAS}: an alias stands for a version from
 * now on.
 */
public final class ModelsPromote extends ZooCommand<ModelsPromote.Options> {
  /** Its own options. */
  static final class Options extends ModelOption {
    @Option(
        names = "--alias",
        required = true,
        paramLabel = "ALIAS",
        description = "Alias, such as production; jobs then accept zoo:NAME@production.")
    private String alias;
  }

  public ModelsPromote() {
    super(new Options());
  }

  @Override
  public String name() {
    return "models promote";
  }

  @Override
  public String description() {
    return "Points an alias to a version of a model.";
  }

  @Override
  public void run(JobContext context) {
    ZooName name = ZooName.parse(context.settings().model().orElseThrow(), "model");
    ModelVersion version =
        new Promotion(NamedModels.zoo(context.hadoop(), context.settings()))
            .promote(name, options.alias, "model");
    context.out().printf("zoo:%s@%s is now %s%n", version.model(), options.alias, version.name());
    context.out().flush();
  }
}
