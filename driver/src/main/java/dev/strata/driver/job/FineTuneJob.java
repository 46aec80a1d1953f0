package dev.strata.driver.job;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.finetune.FineTunePhase;
import dev.strata.driver.finetune.FineTunePlan;
import dev.strata.driver.finetune.FineTuneRequest;
import dev.strata.driver.finetune.FineTuneSearch;
import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.finetune.FineTuningRun;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.finetune.UnlabelledPlan;
import dev.strata.driver.finetune.UnlabelledSettings;
import dev.strata.driver.job.FineTuneSearchJob.Best;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.Augmentation;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.surgery.ReusedLayer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Fine-tuning: new layers on those of a model, trained on labelled rows. */
public final class FineTuneJob implements RunJob {
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(
          inputs -> inputs.data().unlabelled().model("model", inputs.settings().model()),
          FineTuneJob::longer);
  private static final String MODEL_KEY = FineTuneSearchJob.MODEL_KEY;

  @Override
  public String name() {
    return "fine-tune";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.MODEL, Need.TOP);
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    if (problems.isEmpty()) {
      check(settings, hadoop, problems);
    }
  }

  /** A search that trains its candidates for training.epochs could find another best one. */
  private static RepeatPolicy.Longer longer(Settings settings) {
    SearchSettings search = settings.fineTune().search();
    return search.asked() && search.epochs().isEmpty()
        ? RepeatPolicy.Longer.refused(
            "fine-tune.search compared its candidates with training.epochs")
        : RepeatPolicy.Longer.GOES_ON;
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }

  @Override
  public RunResult work(ManagedRun run) {
    return new FineTuning(run).run();
  }

  private static final class FineTuning {
    private final ManagedRun run;
    private final Settings settings;
    private final long begun = System.nanoTime();

    FineTuning(ManagedRun run) {
      this.run = run;
      this.settings = run.settings();
    }

    RunResult run() {
      run.context().failures().lastCheckpoint(this::newestCheckpoint);
      String name = settings.model().orElseThrow();
      ModelBundle bundle = run.model(name, MODEL_KEY);
      boolean trained = run.resumes() && newestCheckpoint().isPresent();
      NamedModels.requireSame(run.folder(), trained, name, MODEL_KEY, bundle);
      PreparedData data = JobData.withOwnLabel(run, features(settings, bundle));
      WatchedMetricCheck.require(
          settings.training(), settings.evaluation(), data.manifests().get(SupervisedPhase.TRAIN));
      OutputTask task = task(data.preprocessing());
      requireSameOutput(bundle.preprocessing(), data.preprocessing());
      Optional<UnlabelledPlan> asked = BesideRows.prepare(run, settings, bundle);
      Best chosen =
          settings.fineTune().search().asked()
              ? new FineTuneSearchJob(run, bundle, task, data, asked).best()
              : new Best(settings.fineTune(), settings.training());
      Optional<UnlabelledPlan> beside =
          asked.map(rows -> rows.with(chosen.settings().unlabelled()));
      FineTunePlan plan = plan(bundle, settings, chosen, task);
      run.context().notice(words(settings, plan));
      TrainingOutcome outcome = train(plan, chosen, data, beside);
      TrainedModel model =
          new TrainedModel(
              plan.network(),
              outcome.parameters(),
              outcome.optimizerState(),
              outcome.iteration(),
              outcome.epochs());
      Map<String, Double> noted =
          beside.map(rows -> Map.of("unlabelled-rows", (double) rows.count())).orElse(Map.of());
      return new RunFinalizer(
              run, begun, FineTuneSearchJob.keys(settings, chosen), noted, fewSteps(data, beside))
          .save(data, model, Optional.of(plan.parentSha256()), outcome);
    }

    /** Of new layers; a reused output layer has learned before. */
    private Optional<String> fewSteps(PreparedData data, Optional<UnlabelledPlan> beside) {
      long labelled = data.manifests().get(SupervisedPhase.TRAIN).rows();
      return settings.fineTune().reuseOutput()
          ? Optional.empty()
          : SupervisedPhase.fewSteps(
              settings, data, beside.map(rows -> rows.passes(labelled)).orElse(1));
    }

    private void requireSameOutput(Preprocessing model, Preprocessing data) {
      boolean same =
          model.layout().labelKind() == data.layout().labelKind()
              && model.classes().equals(data.classes())
              && model.outputWidth() == data.outputWidth();
      if (settings.fineTune().reuseOutput() && !same) {
        throw StrataException.configuration("the labels differ from those of the model's output")
            .key("fine-tune.reuse-output")
            .found(labels(data))
            .expected(labels(model) + ", by data.label-classes and data.label-mapping; or false")
            .build();
      }
    }

    private Optional<Augmentation> augmentation(FineTunePlan plan, Best chosen, PreparedData data) {
      Optional<Augmentation> asked =
          Augmentation.of(
              settings.augmentation(),
              NetworkShapes.image(plan.network()).or(settings.network()::image),
              data.preprocessing(),
              settings.seed());
      boolean cached =
          chosen.settings().cacheFrozen()
              && plan.phases().stream().anyMatch(phase -> phase.frozen() > 0);
      if (asked.isPresent() && cached) {
        throw StrataException.configuration(
                "the output of frozen layers is computed once, from rows as they are")
            .key(Augmentation.KEY)
            .found(settings.augmentation().size() + " augmentations")
            .expected("fine-tune.cache-frozen = false, fine-tune.freeze = 0, or no augmentation")
            .build();
      }
      return asked;
    }

    private Optional<Path> newestCheckpoint() {
      Configuration hadoop = run.context().hadoop();
      return NewestCheckpoint.below(hadoop, run.folder().checkpoints())
          .or(() -> NewestCheckpoint.below(hadoop, run.folder().layers()));
    }

    private TrainingOutcome train(
        FineTunePlan plan, Best chosen, PreparedData data, Optional<UnlabelledPlan> beside) {
      try (ProgressView progress = run.context().progress()) {
        FineTuneRequest request =
            new FineTuneRequest(
                run.training(progress),
                settings.engine().with(chosen.training()),
                plan,
                chosen.settings(),
                data.shards().get(SupervisedPhase.TRAIN),
                Optional.ofNullable(data.shards().get(SupervisedPhase.VALIDATION)),
                beside,
                (network, parameters, held) ->
                    new Evaluations(run, network, data.preprocessing())
                        .of(SupervisedPhase.VALIDATION, held, parameters)
                        .metrics());
        return new FineTuningRun(
                run.context().javaSpark(), request, augmentation(plan, chosen, data))
            .run();
      }
    }
  }

  /** How the model's features are made of the new rows. */
  public static Preprocessing features(Settings settings, ModelBundle bundle) {
    return settings
        .fineTune()
        .resize()
        .map(resize -> bundle.preprocessing().resized(resize, "fine-tune.resize"))
        .orElse(bundle.preprocessing());
  }

  /** The unlabelled rows that are learned from; empty where there are none. */
  public static Optional<DataSettings> unlabelled(Settings settings) {
    UnlabelledSettings asked = settings.fineTune().unlabelled();
    if (!asked.asked()) {
      return Optional.empty();
    }
    DataSettings rows = settings.data().unlabelledBy(asked.source(), UnlabelledSettings.SOURCE);
    return Optional.of(asked.needsMarginals() ? rows.withMarginals() : rows);
  }

  /**
   * Adds what can be told before the rows are read: that the layers do not fit the model. A model
   * that cannot be read is left to the run, which tells data from configuration.
   */
  public static void check(Settings settings, Configuration hadoop, Problems problems) {
    try {
      plan(hadoop, settings);
    } catch (StrataException e) {
      if (e.kind() == FailureKind.CONFIGURATION) {
        problems.add(e);
      }
    }
  }

  /**
   * Whether a configuration with a model is for fine-tuning it and not for measuring or using it,
   * which may name layers too: by the keys it gives.
   */
  public static boolean isMeant(Set<String> keys) {
    return keys.stream().anyMatch(key -> key.startsWith("fine-tune."));
  }

  /** As {@link #isMeant(Set)}, by what was read. */
  public static boolean isMeant(Settings settings) {
    return settings.model().isPresent() && !settings.fineTune().equals(FineTuneSettings.defaults());
  }

  /** As far as it can be told without the classes of the rows. */
  public static FineTunePlan plan(Configuration hadoop, Settings settings) {
    ModelBundle bundle =
        NamedModels.open(hadoop, settings, settings.model().orElseThrow(), MODEL_KEY);
    Best asked = new Best(settings.fineTune(), settings.training());
    boolean asModel = settings.fineTune().reuseOutput() && bundle.preprocessing().outputWidth() > 0;
    OutputTask task = asModel ? task(bundle.preprocessing()) : provisional(settings);
    FineTunePlan plan = plan(bundle, settings, asked, task);
    if (settings.fineTune().unlabelled().asked()) {
      UnlabelledPlan.require(
          settings.fineTune().unlabelled(), plan, bundle.preprocessing().vocabulary() != null);
    }
    if (settings.fineTune().search().asked()) {
      FineTuneSearchJob.requireRows(settings);
      FineTuneSearch.check(
          bundle, settings.network(), settings.fineTune(), task, settings.seed(), MODEL_KEY);
    }
    return plan;
  }

  private static FineTunePlan plan(
      ModelBundle bundle, Settings settings, Best chosen, OutputTask task) {
    return FineTunePlan.of(
        bundle,
        settings.network(),
        chosen.settings(),
        task,
        chosen.training().epochs(),
        settings.seed(),
        MODEL_KEY);
  }

  /** What becomes of the model's layers, in a sentence. */
  public static String words(Settings settings, FineTunePlan plan) {
    List<String> reused = new ArrayList<>();
    for (ReusedLayer layer : plan.reused().all()) {
      reused.add(
          switch (layer.origin()) {
            case KEPT -> layer.name();
            case REINITIALIZED -> layer.name() + " (reinitialized)";
            case REPLACED -> layer.name() + " (replaced)";
          });
    }
    StringBuilder trained = new StringBuilder(trained(plan, plan.first()));
    for (FineTunePhase phase : plan.phases().subList(1, plan.phases().size())) {
      trained
          .append("; after epoch ")
          .append(phase.begin())
          .append(' ')
          .append(trained(plan, phase));
    }
    if (settings.fineTune().reuseOutput()) {
      reused.add("the output layer");
    }
    UnlabelledSettings unlabelled = settings.fineTune().unlabelled();
    return "Layers reused from %s: %s; %s.%s"
        .formatted(
            settings.model().orElseThrow(),
            String.join(", ", reused),
            trained,
            unlabelled.asked() ? " Unlabelled rows: " + unlabelled.words() + "." : "");
  }

  private static String trained(FineTunePlan plan, FineTunePhase phase) {
    return phase.frozen() == 0
        ? "all layers trained"
        : String.join(", ", plan.reused().names().subList(0, phase.frozen())) + " frozen";
  }

  private static String labels(Preprocessing data) {
    return data.layout().labelKind() == LabelKind.CLASS
        ? "classes " + String.join(", ", data.classes())
        : "%d values".formatted(data.outputWidth());
  }

  static OutputTask task(Preprocessing data) {
    return data.layout().labelKind() == LabelKind.CLASS
        ? OutputTask.classes(data.outputWidth())
        : OutputTask.values(data.outputWidth());
  }

  /** Before the classes are known: as many as the output layer has, if it says so. */
  private static OutputTask provisional(Settings settings) {
    boolean told =
        settings.network().layers().stream()
            .anyMatch(l -> l instanceof LayerSettings.Output output && output.units().isPresent());
    return settings.data().labelKind() == LabelKind.CLASS
        ? OutputTask.classes(told ? 0 : 2)
        : OutputTask.values(told ? 0 : 1);
  }
}
