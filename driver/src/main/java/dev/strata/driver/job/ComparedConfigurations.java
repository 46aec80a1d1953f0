package dev.strata.driver.job;

import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.LayerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/** The configurations of the jobs that {@code compare} runs or recommends, and their folders. */
final class ComparedConfigurations {
  /** Widths where the configuration names no layers. */
  private static final List<LayerSettings.Dense> DEFAULT_LAYERS =
      List.of(LayerSettings.dense(256, "relu"), LayerSettings.dense(256, "relu"));

  /** Keys of {@code task} that describe one method; another's pretraining would refuse them. */
  private static final Map<String, Method> OWNERS =
      Map.of(
          "task.temperature", Method.CONTRASTIVE,
          "task.projection", Method.CONTRASTIVE,
          "task.reconstruction-weight", Method.MASK_ESTIMATION,
          "task.teacher", Method.TEACHER);

  private static final String BESIDE = "fine-tune.unlabelled.";

  private final ManagedRun run;
  private final CompareSettings compare;
  private final List<LayerSettings.Dense> layers;

  /** Without what is of the comparison only. */
  private final ResolvedConfiguration base;

  ComparedConfigurations(ManagedRun run) {
    this.run = run;
    this.compare = run.settings().compare();
    List<LayerSettings.Dense> asked = new ArrayList<>();
    run.settings().network().layers().forEach(l -> asked.add((LayerSettings.Dense) l));
    this.layers = asked.isEmpty() ? DEFAULT_LAYERS : asked;
    this.base =
        run.context()
            .configuration()
            .without("compare")
            .without("data.validation")
            .without("data.test")
            .without("training.calibration");
  }

  /** The hidden layers of all networks, bottom to top. */
  List<LayerSettings.Dense> layers() {
    return layers;
  }

  /** Of the rows that pretraining reads. */
  ResolvedConfiguration unlabelled() {
    if (compare.unlabelled().path().isEmpty()) {
      return base;
    }
    ResolvedConfiguration other =
        base.with("data.path=" + Json.line(compare.unlabelled().path()))
            .with("data.table=null")
            .with("data.sql=null");
    return compare
        .unlabelled()
        .format()
        .map(format -> other.with(set("data.format", format)))
        .orElse(other);
  }

  /** What pretrains a method's network. */
  ResolvedConfiguration pretraining(Method method) {
    ResolvedConfiguration configuration =
        withoutKeys(unlabelled(), owner -> owner != method).with(set("output.dir", folder(method)));
    for (String setting : method.pretraining(layers)) {
      configuration = configuration.with(setting);
    }
    if (method == Method.TEACHER) {
      configuration = taught(configuration);
    }
    return method.layerwise()
        ? configuration.with(set("data.shards", shards()))
        : configuration.with(set("data.shards", new Path(run.folder().folder(), "counted-shards")));
  }

  /** Without the keys of some methods. */
  private static ResolvedConfiguration withoutKeys(
      ResolvedConfiguration configuration, Predicate<Method> of) {
    ResolvedConfiguration left = configuration;
    for (Map.Entry<String, Method> owner : OWNERS.entrySet()) {
      if (of.test(owner.getValue())) {
        left = left.without(owner.getKey());
      }
    }
    return left;
  }

  /** With the labelled rows of the comparison as those of the teacher. */
  private ResolvedConfiguration taught(ResolvedConfiguration configuration) {
    return reading(
        configuration, "task.teacher.labelled.", base, run.settings().data().source().path());
  }

  /**
   * With a source of its own beside {@code data}.
   *
   * @param at section of the source, with a dot
   * @param from configuration whose {@code data} is the source
   * @param path its {@code data.path}
   */
  private static ResolvedConfiguration reading(
      ResolvedConfiguration configuration,
      String at,
      ResolvedConfiguration from,
      List<String> path) {
    ResolvedConfiguration reading = configuration;
    if (!path.isEmpty()) {
      reading = reading.with(at + "path=" + Json.line(path));
    }
    for (String key : List.of("format", "labels-path", "table", "sql", "where")) {
      String value = from.flat().get("data." + key);
      if (value != null && !value.equals("null")) {
        reading = reading.with(set(at + key, value));
      }
    }
    return reading;
  }

  /**
   * What trains new weights on labelled and unlabelled rows. An epoch is one of the labelled rows,
   * as for the other networks.
   *
   * @param model the network with new weights
   */
  ResolvedConfiguration semiSupervised(String model) {
    List<String> other = compare.unlabelled().path();
    return reading(
            tuning(Method.SEMI_SUPERVISED, model),
            BESIDE + "source.",
            unlabelled(),
            other.isEmpty() ? run.settings().data().source().path() : other)
        .with(BESIDE + "method=virtual-adversarial")
        .with(BESIDE + "passes=1");
  }

  /** What trains a model's layers on the labelled rows, with a new output layer. */
  ResolvedConfiguration tuning(Method method, String model) {
    return withoutKeys(base, owner -> true)
        .with(set("model", model))
        .with(set("output.dir", new Path(run.folder().folder(), "tuned/" + method.text())))
        .with("network.layers=[{ type = output }]")
        .with("training.workers=1")
        .with("training.batch-size=" + compare.batchSize())
        .with("training.epochs=" + compare.epochs())
        .with("training.keep-model=best");
  }

  /** Where a method's pretraining writes, or the network with new weights. */
  String folder(Method method) {
    String name = method.pretrains() ? "pretrain-" + method.text() : "untrained";
    return new Path(run.folder().folder(), name).toString();
  }

  /** Where the rows of pretraining are. */
  String shards() {
    return run.folder().shards().toString();
  }

  /** Where a configuration is. */
  Path file(String name) {
    return new Path(run.folder().folder(), name + ".conf");
  }

  /** Writes a configuration. */
  void write(String name, String command, ResolvedConfiguration configuration) {
    write(name, configuration, "Run it with: strata %s --config %s".formatted(command, file(name)));
  }

  /** Writes a method's pretraining. */
  void writePretraining(Method method, ResolvedConfiguration configuration) {
    write(
        "pretrain-" + method.text(),
        method.layerwise() ? "pretrain" : "pretrain-auxiliary",
        configuration);
  }

  private void write(String name, ResolvedConfiguration configuration, String use) {
    OutputFiles.write(
        run.context().hadoop(),
        file(name),
        "# Written by strata compare. %s%n%s".formatted(use, configuration.text()));
  }

  /** A JSON text is a HOCON text. */
  static String set(String key, Object value) {
    return key + "=" + Json.line(value.toString());
  }
}
