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
import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.finetune.SearchRequest;
import dev.strata.driver.finetune.SearchRequestBuilder;
import dev.strata.driver.finetune.UnlabelledPlan;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * The networks that {@code compare} tries: each is pretrained once, by the job that a user would
 * run, and then trained on the labelled rows of all folds but one.
 */
final class ComparedNetworks {
  /** Lengths by which virtual adversarial training moves an unlabelled row. */
  private static final List<Double> EPSILONS = List.of(0.5, 1.0);

  private final ManagedRun run;
  private final CompareSettings compare;
  private final ComparedConfigurations configurations;

  ComparedNetworks(ManagedRun run, ComparedConfigurations configurations) {
    this.run = run;
    this.compare = run.settings().compare();
    this.configurations = configurations;
  }

  /**
   * What the labelled rows are with one network's features.
   *
   * @param configuration that trains the network on them; its search is that of the comparison
   * @param beside rows that are learned from without labels; absent: none
   */
  record Tuning(
      ModelBundle bundle,
      ResolvedConfiguration configuration,
      Settings settings,
      PreparedData data,
      Optional<UnlabelledPlan> beside) {
    ShardSet rows() {
      return data.shards().get(SupervisedPhase.TRAIN);
    }
  }

  /** The rows as new weights get them, and so the methods without a network. */
  Tuning plain() {
    Tuning plain = tuning(Method.SCRATCH, untrained(configurations.folder(Method.SCRATCH)));
    long rows = plain.data().manifests().get(SupervisedPhase.TRAIN).rows();
    if (rows < compare.folds()) {
      throw StrataException.configuration("there are fewer labelled rows than folds")
          .key("compare.folds")
          .found(compare.folds() + " folds of " + rows + " rows")
          .expected("at most " + rows)
          .build();
    }
    return plain;
  }

  /** The rows as a pretrained network gets them; what is done already is not done again. */
  Tuning pretrained(Method method) {
    RunJob job = method.layerwise() ? new PretrainJob() : new AuxiliaryJob();
    return tuning(method, pretrained(method, job, configurations.pretraining(method)));
  }

  /** Runs the job of a method's pretraining, and writes its configuration. */
  ModelBundle pretrained(Method method, RunJob job, ResolvedConfiguration configuration) {
    configurations.writePretraining(method, configuration);
    RunResult result = run(job, configuration);
    return BundleReader.open(run.context().hadoop(), result.modelPath(), "output.dir");
  }

  /** Runs a job in a folder of its own. */
  RunResult run(RunJob job, ResolvedConfiguration configuration) {
    Settings settings = SettingsReader.read(configuration, job.needs(configuration));
    RunResult result = job.run(run.context().of(job, configuration, settings));
    run.lock().ensureHeld();
    return result;
  }

  /** Seconds that pretraining took. */
  double pretrainSeconds(Method method) {
    return !method.pretrains()
        ? 0
        : RunFolder.of(run.context().hadoop(), configurations.folder(method))
            .result()
            .map(RunResult::trainSeconds)
            .orElse(0.0);
  }

  /** New weights on features that are scaled by all rows, labelled or not. */
  private ModelBundle untrained(String folder) {
    ResolvedConfiguration configuration = configurations.unlabelled();
    Settings settings = SettingsReader.read(configuration, new PrepareJob().needs(configuration));
    PreparedData rows =
        new DataPreparer(run.context().spark(), run.context()::notice)
            .prepare(
                settings.data().unlabelled(),
                configurations.shards(),
                settings.training().workers(),
                settings.seed(),
                Optional.empty());
    Settings named =
        SettingsReader.read(
            configuration.with("network.layers=" + Method.dense(configurations.layers())),
            Set.of());
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
    int depth = configurations.layers().size();
    // Two settings each, as the methods without a network have.
    String search =
        method == Method.SCRATCH
            ? "drop-top = " + (depth == 1 ? List.of(0) : List.of(0, 1))
            : "freeze = " + List.of(0, depth);
    ResolvedConfiguration configuration =
        searching(configurations.tuning(method, bundle.folder()), search);
    Settings settings = SettingsReader.read(configuration, new FineTuneJob().needs(configuration));
    PreparedData data =
        new DataPreparer(run.context().spark(), run.context()::notice)
            .prepareWithOwnLabel(
                settings.data(),
                new Path(run.folder().folder(), "labelled/" + method.text()).toString(),
                1,
                settings.seed(),
                FineTuneJob.features(settings, bundle));
    return new Tuning(bundle, configuration, settings, data, Optional.empty());
  }

  /** With the search of the comparison among these numbers. */
  private ResolvedConfiguration searching(ResolvedConfiguration configuration, String numbers) {
    return configuration.with(
        "fine-tune.search={ %s, folds = %d, repeats = %d, metric = %s }"
            .formatted(numbers, compare.folds(), compare.repeats(), compare.metric().text()));
  }

  /**
   * The same rows and new weights, with unlabelled rows beside them.
   *
   * @param plain the tuning of new weights
   */
  Tuning semiSupervised(Tuning plain) {
    ResolvedConfiguration configuration =
        searching(configurations.semiSupervised(plain.bundle().folder()), "epsilon = " + EPSILONS);
    Settings settings = SettingsReader.read(configuration, new FineTuneJob().needs(configuration));
    return new Tuning(
        plain.bundle(),
        configuration,
        settings,
        plain.data(),
        BesideRows.prepare(run, settings, plain.bundle()));
  }

  /** Why unlabelled rows cannot be learned from; empty where they can. */
  static Optional<String> semiSupervisedObstacle(Settings settings) {
    if (settings.data().labelKind() == LabelKind.VALUE) {
      return Optional.of("labels that are values have no probabilities");
    }
    if (settings.training().targets().mixup() > 0) {
      return Optional.of("training.mixup does not go with unlabelled rows");
    }
    FineTuneSettings tuning = settings.fineTune();
    return !tuning.freeze().equals("0") || !tuning.cacheFrozen()
        ? Optional.of("fine-tune.freeze and fine-tune.cache-frozen = false do not go with it")
        : Optional.empty();
  }

  /** Trains on all folds but one, for each fold, with each setting. */
  MethodScores scores(Method method, Tuning tuning) {
    List<Candidate.Tried> tried = tried(tuning, 0, method.text());
    Tries tries = tries(tried);
    Tries.Choice best = tries.best();
    Candidate candidate = tried.get(best.setting()).candidate();
    int epochs = best.point() + 1;
    noticeLimit(method, epochs);
    configurations.write(method.text(), "fine-tune", tuned(tuning, candidate, epochs));
    double seconds = tried.stream().mapToDouble(t -> t.result().seconds()).sum();
    return new MethodScores(
        method,
        words(method, candidate, epochs),
        tries.unbiased(),
        seconds + pretrainSeconds(method));
  }

  /** Says where more epochs may be better. */
  void noticeLimit(Method method, int epochs) {
    if (epochs == compare.epochs() && epochs > 1) {
      run.context()
          .notice(
              "  %s was best after its last epoch: raise compare.epochs (%d)."
                  .formatted(method.text(), epochs));
    }
  }

  /**
   * The same with fewer rows.
   *
   * @param folds that follow the one which a training is scored on
   * @param name of the folder that keeps the trials
   */
  Tries tries(Tuning tuning, int folds, String name) {
    return tries(tried(tuning, folds, name));
  }

  private Tries tries(List<Candidate.Tried> tried) {
    return new Tries(
            tried.stream().map(ComparedNetworks::curves).toList(),
            compare.folds(),
            compare.metric())
        .smoothed();
  }

  private List<Candidate.Tried> tried(Tuning tuning, int folds, String name) {
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
            .trainedFolds(folds)
            .folder(new Path(run.folder().search(), name))
            .activations(new Path(run.folder().activations(), name))
            .lock(run.lock())
            .notice(run.context()::notice)
            .heldBack(Optional.empty())
            .unlabelled(tuning.beside())
            .build();
    return new FineTuneSearch(run.context().javaSpark(), request).run();
  }

  private static List<List<TrialScore>> curves(Candidate.Tried tried) {
    return tried.folds().orElseThrow().folds().stream().map(TrialResult::curve).toList();
  }

  private static String words(Method method, Candidate best, int epochs) {
    String how =
        switch (method) {
          case SCRATCH -> Counted.of(best.kept(), "layer");
          case SEMI_SUPERVISED -> "epsilon " + best.epsilon().orElseThrow();
          default -> best.frozen() == 0 ? "all layers trained" : "frozen";
        };
    return how + ", " + Counted.of(epochs, "epoch");
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
}
