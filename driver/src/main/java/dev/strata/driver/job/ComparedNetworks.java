package dev.strata.driver.job;

import dev.strata.driver.auxiliary.TaskHead;
import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.comparison.MethodScores;
import dev.strata.driver.comparison.Tries;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.finetune.Candidate;
import dev.strata.driver.finetune.FineTuneSearch;
import dev.strata.driver.finetune.SearchRequest;
import dev.strata.driver.finetune.SearchRequestBuilder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * The networks that {@code compare} tries: each is pretrained once, by the job that a user would
 * run, and then trained on the labelled rows of all folds but one.
 */
final class ComparedNetworks {
  /** Widths where the configuration names no layers. */
  private static final List<LayerSettings.Dense> DEFAULT_LAYERS =
      List.of(LayerSettings.dense(256, "relu"), LayerSettings.dense(256, "relu"));

  private final ManagedRun run;
  private final CompareSettings compare;
  private final List<LayerSettings.Dense> layers;

  /** Without what is of the comparison only. */
  private final ResolvedConfiguration base;

  ComparedNetworks(ManagedRun run) {
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
            .without("data.test");
  }

  /**
   * What the labelled rows are with one network's features.
   *
   * @param configuration that trains the network on them; its search is that of the comparison
   */
  record Tuning(
      ModelBundle bundle,
      ResolvedConfiguration configuration,
      Settings settings,
      PreparedData data) {
    ShardSet rows() {
      return data.shards().get(SupervisedPhase.TRAIN);
    }
  }

  /** The pretrained network, or that of new weights; what is done already is not done again. */
  ModelBundle bundle(Method method) {
    String folder = folder(method);
    if (!method.pretrains()) {
      return untrained(folder);
    }
    RunJob job = method.layerwise() ? new PretrainJob() : new AuxiliaryJob();
    ResolvedConfiguration configuration = unlabelled().with(set("output.dir", folder));
    for (String setting : method.pretraining(layers)) {
      configuration = configuration.with(setting);
    }
    if (method.layerwise()) {
      configuration = configuration.with(set("data.shards", shards()));
    }
    write("pretrain-" + method.text(), job.name(), configuration);
    Settings settings = SettingsReader.read(configuration, job.needs(configuration));
    RunResult result = job.run(run.context().of(job, configuration, settings));
    run.lock().ensureHeld();
    return BundleReader.open(run.context().hadoop(), result.modelPath(), "output.dir");
  }

  /** Seconds that pretraining took. */
  double pretrainSeconds(Method method) {
    return !method.pretrains()
        ? 0
        : RunFolder.of(run.context().hadoop(), folder(method))
            .result()
            .map(RunResult::trainSeconds)
            .orElse(0.0);
  }

  /** New weights on features that are scaled by all rows, labelled or not. */
  private ModelBundle untrained(String folder) {
    ResolvedConfiguration configuration = unlabelled();
    Settings settings = SettingsReader.read(configuration, new PrepareJob().needs(configuration));
    PreparedData rows =
        new DataPreparer(run.context().spark(), run.context()::notice)
            .prepare(
                settings.data().unlabelled(),
                shards(),
                settings.training().workers(),
                settings.seed(),
                Optional.empty());
    Settings named =
        SettingsReader.read(configuration.with("network.layers=" + Method.dense(layers)), Set.of());
    NetworkConfiguration network =
        TaskHead.SCORE.on(
            named.network(),
            Optional.empty(),
            NetworkInput.of(rows.preprocessing()),
            settings.seed());
    StateVector parameters = StateVector.of(network.newModel().params());
    TrainedModel model = new TrainedModel(network, parameters, StateVector.zeros(0), 0, 0);
    run.lock().ensureHeld();
    BundleWriter.write(
        run.context().hadoop(),
        folder,
        model,
        rows.preprocessing(),
        ModelResults.provenance(run, rows, Map.of()));
    return BundleReader.open(run.context().hadoop(), folder, "output.dir");
  }

  /** Prepares the labelled rows with the network's features. */
  Tuning tuning(Method method, ModelBundle bundle) {
    int depth = layers.size();
    // Two settings each, as the methods without a network have.
    String search =
        method == Method.SCRATCH
            ? "drop-top = " + (depth == 1 ? List.of(0) : List.of(0, 1))
            : "freeze = " + List.of(0, depth);
    ResolvedConfiguration configuration =
        base.with(set("model", bundle.folder()))
            .with(set("output.dir", new Path(run.folder().folder(), "tuned/" + method.text())))
            .with("network.layers=[{ type = output }]")
            .with("training.workers=1")
            .with("training.batch-size=" + compare.batchSize())
            .with("training.epochs=" + compare.epochs())
            .with("training.keep-model=best")
            .with(
                "fine-tune.search={ %s, folds = %d, repeats = %d, metric = %s }"
                    .formatted(
                        search,
                        compare.folds(),
                        compare.repeats(),
                        compare.metric().name().toLowerCase(Locale.ROOT)));
    Settings settings = SettingsReader.read(configuration, new FineTuneJob().needs(configuration));
    PreparedData data =
        new DataPreparer(run.context().spark(), run.context()::notice)
            .prepareWithOwnLabel(
                settings.data(),
                new Path(run.folder().folder(), "labelled/" + method.text()).toString(),
                1,
                settings.seed(),
                FineTuneJob.features(settings, bundle));
    requireRows(data);
    return new Tuning(bundle, configuration, settings, data);
  }

  private void requireRows(PreparedData data) {
    long rows = data.manifests().get(SupervisedPhase.TRAIN).rows();
    if (rows < compare.folds()) {
      throw StrataException.configuration("there are fewer labelled rows than folds")
          .key("compare.folds")
          .found(compare.folds() + " folds of " + rows + " rows")
          .expected("at most " + rows)
          .build();
    }
  }

  /** Trains on all folds but one, for each fold, with each setting. */
  MethodScores scores(Method method, Tuning tuning) {
    Settings settings = tuning.settings();
    SearchRequest request =
        SearchRequestBuilder.builder()
            .bundle(tuning.bundle())
            .top(settings.network())
            .settings(settings.fineTune())
            .task(FineTuneJob.task(tuning.data().preprocessing()))
            .rows(tuning.rows())
            .training(settings.training())
            .seed(settings.seed())
            .key(FineTuneSearchJob.MODEL_KEY)
            .folder(new Path(run.folder().search(), method.text()))
            .activations(new Path(run.folder().activations(), method.text()))
            .lock(run.lock())
            .notice(run.context()::notice)
            .heldBack(Optional.empty())
            .build();
    List<Candidate.Tried> tried = new FineTuneSearch(run.context().javaSpark(), request).run();
    Tries tries =
        new Tries(
            tried.stream().map(ComparedNetworks::curves).toList(),
            compare.folds(),
            compare.metric());
    Tries.Choice best = tries.best();
    Candidate candidate = tried.get(best.setting()).candidate();
    int epochs = best.point() + 1;
    write(method.text(), "fine-tune", tuned(tuning, candidate, epochs));
    double seconds = tried.stream().mapToDouble(t -> t.result().seconds()).sum();
    return new MethodScores(
        method,
        words(method, candidate, epochs),
        tries.unbiased(),
        seconds + pretrainSeconds(method));
  }

  private static List<List<TrialScore>> curves(Candidate.Tried tried) {
    return tried.folds().orElseThrow().folds().stream().map(TrialResult::curve).toList();
  }

  private static String words(Method method, Candidate best, int epochs) {
    String how =
        method == Method.SCRATCH
            ? best.kept() + (best.kept() == 1 ? " layer" : " layers")
            : best.frozen() == 0 ? "all layers trained" : "frozen";
    return how + ", " + epochs + (epochs == 1 ? " epoch" : " epochs");
  }

  /** What trains the best candidate on all labelled rows. */
  private static ResolvedConfiguration tuned(Tuning tuning, Candidate best, int epochs) {
    FineTuneSearchJob.Best chosen =
        new FineTuneSearchJob.Best(
            best.settings(), tuning.settings().training().withEpochs(epochs).withoutValidation());
    ResolvedConfiguration configuration = tuning.configuration();
    for (var key : FineTuneSearchJob.keys(tuning.settings(), chosen).entrySet()) {
      configuration = configuration.with(key.getKey() + "=" + key.getValue());
    }
    return configuration.without("fine-tune.search");
  }

  /** Where a method's configurations are. */
  Path file(String name) {
    return new Path(run.folder().folder(), name + ".conf");
  }

  private void write(String name, String command, ResolvedConfiguration configuration) {
    String text =
        "# Written by strata compare. Run it with: strata %s --config %s%n%s"
            .formatted(command, file(name), configuration.text());
    OutputFiles.write(run.context().hadoop(), file(name), text);
  }

  private ResolvedConfiguration unlabelled() {
    if (compare.unlabelled().isEmpty()) {
      return base;
    }
    ResolvedConfiguration other =
        base.with("data.path=" + Json.line(compare.unlabelled()))
            .with("data.table=null")
            .with("data.sql=null");
    return compare
        .unlabelledFormat()
        .map(format -> other.with(set("data.format", format)))
        .orElse(other);
  }

  private String folder(Method method) {
    String name = method.pretrains() ? "pretrain-" + method.text() : "untrained";
    return new Path(run.folder().folder(), name).toString();
  }

  private String shards() {
    return run.folder().shards().toString();
  }

  /** A JSON text is a HOCON text. */
  private static String set(String key, Object value) {
    return key + "=" + Json.line(value.toString());
  }
}
