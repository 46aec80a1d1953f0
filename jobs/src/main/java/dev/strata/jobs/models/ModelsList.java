package dev.strata.jobs.models;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooModel;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code strata models list [zoo:NAME]}: what the zoo holds, one version a line. */
public final class ModelsList extends ZooCommand<ModelOption> {
  private static final List<String> HEADER =
      List.of("model", "aliases", "published", "job", "parameters", "metrics", "modelSha256");

  public ModelsList() {
    super(new ModelOption());
  }

  @Override
  public String name() {
    return "models list";
  }

  @Override
  public String description() {
    return "Lists the models of the zoo, or the versions of zoo:NAME, oldest first.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.ZOO);
  }

  @Override
  public void run(JobContext context) {
    Zoo zoo = NamedModels.zoo(context.hadoop(), context.settings());
    Optional<String> asked = context.settings().model();
    List<ZooModel> models =
        asked.isEmpty()
            ? zoo.models()
            : List.of(zoo.model(zoo.find(ZooName.parse(asked.get(), "model"), "model").model()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    models.forEach(model -> add(model, aliases(model, context), rows));
    Columns.print(rows, context.out());
    if (rows.size() == 1) {
      context.notice("No models published in " + zoo.folder() + ".");
    }
  }

  /** A damaged one hides no version. */
  private static SortedMap<String, Integer> aliases(ZooModel model, JobContext context) {
    try {
      return model.aliases();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      context.notice("Cannot show the aliases of zoo:" + model.name() + ": " + e.getMessage());
      return new TreeMap<>();
    }
  }

  private static void add(
      ZooModel model, SortedMap<String, Integer> aliases, List<List<String>> rows) {
    SortedMap<Integer, ModelVersion> intact = model.intact();
    for (int number : model.numbers()) {
      String names =
          String.join(
              ",",
              aliases.entrySet().stream()
                  .filter(alias -> alias.getValue() == number)
                  .map(Map.Entry::getKey)
                  .toList());
      ModelVersion version = intact.get(number);
      rows.add(
          version == null
              ? List.of(
                  ZooName.of(model.name(), number).toString(), names, "damaged: run models verify")
              : List.of(
                  version.name().toString(),
                  names,
                  version.published(),
                  version.job(),
                  String.valueOf(version.parameters()),
                  metric(version),
                  version.modelSha256().substring(0, 12)));
    }
  }

  /** The most telling one: of test rows before validation's before training's. */
  private static String metric(ModelVersion version) {
    for (String part : List.of("test", "validation", "train")) {
      Map<String, Double> values = version.metrics().getOrDefault(part, Map.of());
      for (String name : List.of("accuracy", "r2", "rmse", "loss")) {
        if (values.get(name) != null) {
          return part + " " + name + " " + MetricText.number(values.get(name));
        }
      }
    }
    return "";
  }
}
