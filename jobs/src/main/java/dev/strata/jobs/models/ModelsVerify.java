package dev.strata.jobs.models;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.zoo.Finding;
import dev.strata.driver.zoo.Verification;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code strata models verify [MODEL]}: reads models as jobs would, and fails with code 3 where one
 * is damaged.
 */
public final class ModelsVerify extends ZooCommand<ModelOption> {
  public ModelsVerify() {
    super(new ModelOption());
  }

  @Override
  public String name() {
    return "models verify";
  }

  @Override
  public String description() {
    return "Reads all models of the zoo, one of them, or a bundle, and reports damaged ones.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    String model = configuration.flat().getOrDefault("model", "null");
    return model.equals("null") || ZooName.isMeant(model)
        ? EnumSet.of(Need.ZOO)
        : EnumSet.noneOf(Need.class);
  }

  @Override
  public void run(JobContext context) {
    Optional<String> asked = context.settings().model();
    if (asked.isPresent() && !ZooName.isMeant(asked.get())) {
      context
          .out()
          .println(
              NamedModels.open(context.hadoop(), context.settings(), asked.get(), "model").folder()
                  + "  intact");
      context.out().flush();
      return;
    }
    Zoo zoo = NamedModels.zoo(context.hadoop(), context.settings());
    List<Finding> damaged = new ArrayList<>();
    Verification verification =
        new Verification(
            zoo,
            finding -> {
              context
                  .out()
                  .println(
                      finding.name()
                          + "  "
                          + finding.state().name().toLowerCase(Locale.ROOT)
                          + finding.message().map(message -> ": " + message).orElse(""));
              context.out().flush();
              if (finding.state() == Finding.State.DAMAGED) {
                damaged.add(finding);
              }
            });
    if (asked.isPresent()) {
      verification.of(ZooName.parse(asked.get(), "model"), "model");
    } else {
      verification.all();
    }
    if (!damaged.isEmpty()) {
      throw StrataException.data("the zoo has damaged models")
          .file(zoo.folder())
          .found(String.join(", ", damaged.stream().map(Finding::name).toList()))
          .expected("files as they were published")
          .build();
    }
  }
}
