package dev.strata.driver.job;

import dev.strata.driver.comparison.Method;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.pretrain.RbmModel;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps, in a run that an older version of Strata began, a default that has changed since: a key
 * that the command leaves at its default has the value that {@code run.json} records. Otherwise the
 * run would be rejected, or would change its settings in the middle.
 */
final class FormerDefaults {
  private static final Logger LOG = LoggerFactory.getLogger(FormerDefaults.class);

  /** Jobs that fit the preprocessing. */
  private static final Set<String> FITTING =
      Set.of("prepare", "train", "pretrain", "pretrain-auxiliary");

  private static final String IMPORTED = "import.from";

  /** Key → its former default, as run.json has it. */
  private static final Map<String, String> FORMER =
      new TreeMap<>(
          Map.of(
              "compare.methods",
              "[\"scratch\",\"autoencoder\",\"rbm\",\"contrastive\",\"mask-estimation\",\"teacher\","
                  + "\"logistic-regression\",\"random-forest\",\"gradient-boosted-trees\"]",
              "compare.metric",
              "error",
              "task.temperature",
              "1",
              "averaging.outer.momentum",
              "null",
              "import.weights-order",
              "in-out",
              "data.scaling",
              "none",
              "fine-tune.learning-rate.reused",
              "0.1",
              "pretrain.layer.visible",
              "binary",
              "pretrain.layer.loss",
              "cross-entropy",
              "pretrain.layer.decoder-activation",
              "sigmoid"));

  private static final String DEVIATION = "pretrain.layer.visible-deviation";
  private static final String WEIGHTS = "task.teacher.weights";

  /** Key that older versions did not have → what they did. */
  private static final Map<String, String> NEW = Map.of(DEVIATION, "1", WEIGHTS, "equal");

  private FormerDefaults() {}

  /** The context with the settings of the run that the output folder holds. */
  static JobContext kept(RunJob job, JobContext context) {
    Set<String> keys = new TreeSet<>(FORMER.keySet());
    keys.addAll(NEW.keySet());
    if (context.overwrite() || Collections.disjoint(context.configuration().defaults(), keys)) {
      return context;
    }
    RunFolder folder = RunFolder.of(context.hadoop(), context.settings().output().folder());
    Optional<RunIdentity> held = held(folder, context);
    if (held.isEmpty()) {
      return context;
    }
    ResolvedConfiguration former = context.configuration();
    List<String> kept = new ArrayList<>();
    for (String key : keys) {
      Optional<String> value = former(key, held.get().configuration());
      if (context.configuration().defaults().contains(key)
          && value.isPresent()
          && isUsed(key, job.name(), context.settings())) {
        former = former.with(key + "=" + value.get());
        if (matters(key, job.name())) {
          kept.add(key);
        }
      }
    }
    if (!kept.isEmpty() && folder.hasWork()) {
      context.notice(
          "An older version of Strata started this run with other defaults, which it keeps: "
              + String.join(", ", kept)
              + ".");
    }
    return former == context.configuration()
        ? context
        : context.with(former, SettingsReader.read(former, job.needs(former)));
  }

  /**
   * Keys that the record of an older version's run may lack: those with their default values, and
   * new ones with the value that stands for what the older version did.
   */
  static Set<String> unneeded(ResolvedConfiguration configuration) {
    Set<String> keys = new TreeSet<>(configuration.defaults());
    Map<String, String> flat = configuration.flat();
    NEW.forEach(
        (key, value) -> {
          if (value.equals(flat.get(key))) {
            keys.add(key);
          }
        });
    return keys;
  }

  /** The former default that a run keeps; empty where it has today's, or a value of its own. */
  private static Optional<String> former(String key, Map<String, String> run) {
    Optional<String> value = Optional.ofNullable(FORMER.getOrDefault(key, NEW.get(key)));
    return run.containsKey(key)
        ? value.filter(run.get(key)::equals)
        : value.filter(v -> NEW.containsKey(key));
  }

  /** Whether the job computes something else with another default of the key. */
  private static boolean matters(String key, String job) {
    String section = key.substring(0, key.indexOf('.'));
    return switch (section) {
      case "import" -> false;
      case "compare", "fine-tune" -> job.equals(section);
      case "pretrain" -> job.equals(section) || job.equals("compare");
      case "task" -> job.equals("pretrain-auxiliary") || job.equals("compare");
      case "data" -> FITTING.contains(job);
      default -> true;
    };
  }

  /** Whether the run has what a new key describes: RBMs, or a teacher that is fitted. */
  private static boolean isUsed(String key, String job, Settings settings) {
    List<Method> compared = job.equals("compare") ? settings.compare().methods() : List.of();
    return switch (key) {
      case DEVIATION ->
          compared.contains(Method.RBM)
              || settings.pretrain().layers().stream()
                  .anyMatch(layer -> layer.model().kind().equals(RbmModel.KIND));
      case WEIGHTS ->
          compared.contains(Method.TEACHER) || settings.task().teacher().labelled().given();
      default -> true;
    };
  }

  /** The run of the folder, if it is of the same job and, for an import, of the same file. */
  private static Optional<RunIdentity> held(RunFolder folder, JobContext context) {
    Optional<RunIdentity> held;
    try {
      held = folder.identity();
    } catch (StrataException e) {
      // reported when the run begins, under the folder's lock
      LOG.debug("the earlier run cannot be read yet", e);
      return Optional.empty();
    }
    String from = context.configuration().flat().get(IMPORTED);
    return held.filter(run -> run.job().equals(context.command()))
        .filter(run -> Objects.equals(from, run.configuration().getOrDefault(IMPORTED, from)));
  }
}
