package dev.strata.jobs.models;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Promotion;
import dev.strata.driver.zoo.Publisher;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * {@code strata models publish MODEL --name NAME}: a model becomes the next version of a name,
 * unless a version of that name already holds the same bundle, which is then printed instead.
 */
public final class ModelsPublish extends ZooCommand<ModelsPublish.Options> {
  /** Its own options. */
  static final class Options extends ModelOption {
    @Option(
        names = "--name",
        required = true,
        paramLabel = "NAME",
        description = "Name of the model in the zoo, such as fashion-encoder.")
    private String name;

    @Option(
        names = "--alias",
        paramLabel = "ALIAS",
        description = "Point this alias to the new version.")
    private String alias;

    @Option(names = "--note", paramLabel = "TEXT", description = "Note to show with the version.")
    private String note;
  }

  public ModelsPublish() {
    super(new Options());
  }

  @Override
  public String name() {
    return "models publish";
  }

  @Override
  public String description() {
    return "Publishes a finished run, a bundle or a zip from models export as the next version of a"
        + " name.";
  }

  @Override
  public void run(JobContext context) {
    Zoo zoo = NamedModels.zoo(context.hadoop(), context.settings());
    if (options.alias != null) {
      // before anything is published
      ZooName.requireAlias(options.alias, "--alias");
    }
    String source =
        NamedModels.folder(
            context.hadoop(),
            context.settings(),
            context.settings().model().orElseThrow(),
            "model");
    Publisher publisher = new Publisher(zoo, context.settings().zoo().unpackLimit());
    Optional<String> note = Optional.ofNullable(options.note);
    Optional<ModelVersion> known = publisher.published(source, options.name, "model");
    ModelVersion version =
        known.orElseGet(() -> publisher.publish(source, options.name, note, "model"));
    context.notice(
        "%s %s, modelSha256 %s, in %s"
            .formatted(
                known.isPresent() ? "Already published as" : "Published",
                version.name(),
                version.modelSha256(),
                zoo.folder()));
    if (known.isPresent() && note.isPresent() && !options.note.equals(version.note())) {
      context.notice("The note of a published version does not change.");
    }
    if (options.alias != null) {
      new Promotion(zoo).promote(version.name(), options.alias, "model");
      context.notice("%s now points to it.".formatted(options.alias));
    }
    context.out().println(version.name());
    context.out().flush();
  }
}
