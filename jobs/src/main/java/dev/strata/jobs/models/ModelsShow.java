package dev.strata.jobs.models;

import com.typesafe.config.ConfigFactory;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** {@code strata models show MODEL}: what a model is and where it comes from. */
public final class ModelsShow extends ZooCommand<ModelsShow.Options> {
  private static final String KEY = "model";

  /** Its own options. */
  static final class Options extends ModelOption {
    @Option(names = "--all", description = "Also show settings with default values.")
    private boolean all;
  }

  public ModelsShow() {
    super(new Options());
  }

  @Override
  public String name() {
    return "models show";
  }

  @Override
  public String description() {
    return "Shows a model and its origin: data, parent, commit, settings, metrics.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.MODEL);
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    String name = settings.model().orElseThrow();
    PrintStream out = context.out();
    if (ZooName.isMeant(name)) {
      Zoo zoo = NamedModels.zoo(context.hadoop(), settings, name, KEY);
      ModelVersion version = zoo.find(ZooName.parse(name, KEY), KEY);
      published(zoo, version, out);
      described(zoo.open(version, KEY), Optional.of(zoo), out);
    } else {
      Optional<Zoo> zoo = settings.zoo().path().map(path -> Zoo.at(context.hadoop(), path));
      described(NamedModels.open(context.hadoop(), settings, name, KEY), zoo, out);
    }
    out.flush();
  }

  private static void published(Zoo zoo, ModelVersion version, PrintStream out) {
    line(out, "version", version.name());
    List<String> aliases =
        zoo.model(version.model()).aliases().entrySet().stream()
            .filter(alias -> alias.getValue() == version.version())
            .map(Map.Entry::getKey)
            .toList();
    line(out, "aliases", aliases.isEmpty() ? "none" : String.join(", ", aliases));
    line(out, "published", version.published() + " by " + version.publishedBy());
    if (version.note() != null) {
      line(out, "note", version.note());
    }
    String children = names(zoo.children(version));
    line(out, "children", children.isEmpty() ? "none in this zoo" : children);
  }

  private void described(ModelBundle bundle, Optional<Zoo> zoo, PrintStream out) {
    Provenance from = bundle.provenance();
    line(out, "bundle", bundle.folder());
    line(out, "modelSha256", bundle.model().sha256());
    line(out, "made", "by %s at %s".formatted(from.job(), from.created()));
    line(out, "Strata", "%s, commit %s".formatted(from.strataVersion(), from.commit()));
    line(out, "seed", from.seed() + ", workers " + from.workers());
    line(out, "data", from.dataSha256() + " " + from.counts());
    line(out, "parent", parent(from.parentSha256(), zoo));
    String positive = positiveClass(bundle);
    from.metrics().forEach((part, values) -> line(out, part, MetricText.line(values, positive)));
    out.println("\nLayers:");
    bundle.model().network().describe().text().lines().forEach(l -> out.println("  " + l));
    settings(from.configuration(), out);
  }

  /**
   * Of two classes the one that precision, recall, F1 and areas are of; null where there is none.
   */
  private static String positiveClass(ModelBundle bundle) {
    List<String> classes = bundle.preprocessing().classes();
    String asked = bundle.provenance().configuration().get("evaluation.positive-class");
    if (classes.size() != 2) {
      return null;
    }
    return asked == null || asked.equals("null") ? classes.get(1) : asked;
  }

  private void settings(Map<String, String> made, PrintStream out) {
    Map<String, String> shown = new TreeMap<>(made);
    int known = shown.size();
    if (!options.all) {
      shown.entrySet().removeAll(ResolvedConfiguration.of(ConfigFactory.empty()).flat().entrySet());
    }
    out.println("\nSettings:");
    shown.forEach((key, value) -> out.println("  " + key + " = " + value));
    int defaults = known - shown.size();
    if (defaults > 0) {
      out.println("  and " + defaults + " with default values; --all shows them");
    }
  }

  private static String parent(String sha256, Optional<Zoo> zoo) {
    if (sha256 == null) {
      return "none";
    }
    String known = zoo.map(z -> names(z.withModel(sha256))).orElse("");
    return known.isEmpty() ? sha256 : sha256 + ", " + known;
  }

  private static String names(List<ModelVersion> versions) {
    return String.join(", ", versions.stream().map(v -> v.name().toString()).toList());
  }

  private static void line(PrintStream out, String word, Object value) {
    out.printf("%-12s %s%n", word, value);
  }
}
