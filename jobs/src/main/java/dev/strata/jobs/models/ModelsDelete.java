package dev.strata.jobs.models;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.zoo.Deletion;
import dev.strata.driver.zoo.Promotion;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.StrataException;
import picocli.CommandLine.Option;

/**
 * {@code strata models delete zoo:NAME@VERSION}: removes a version that nothing needs; with {@code
 * --alias} the alias alone.
 */
public final class ModelsDelete extends ZooCommand<ModelsDelete.Options> {
  /** Its own options. */
  static final class Options extends ModelOption {
    @Option(
        names = "--alias",
        paramLabel = "ALIAS",
        description = "Delete this alias of zoo:NAME, not a version.")
    private String alias;
  }

  public ModelsDelete() {
    super(new Options());
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
  public void run(JobContext context) {
    ZooName name = ZooName.parse(context.settings().model().orElseThrow(), "model");
    Zoo zoo = NamedModels.zoo(context.hadoop(), context.settings());
    if (options.alias != null) {
      if (name.version().isPresent() || name.alias().isPresent()) {
        throw StrataException.configuration(
                "use the model's name without a version to delete an alias")
            .key("model")
            .found(name)
            .expected("zoo:" + name.model() + " with --alias, or a version without")
            .build();
      }
      new Promotion(zoo).remove(name.model(), options.alias, "--alias");
      context.out().printf("Deleted zoo:%s@%s%n", name.model(), options.alias);
    } else {
      new Deletion(zoo).delete(name, "model");
      context.out().println("Deleted " + name);
    }
    context.out().flush();
  }
}
