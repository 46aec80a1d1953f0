package dev.strata.jobs;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.transfer.FineTunePlan;
import dev.strata.driver.transfer.FineTuneSettings;
import dev.strata.driver.transfer.FrozenOutputs;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.OutputTask;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.jobs.config.Problems;
import dev.strata.jobs.config.Settings;
import dev.strata.jobs.models.NamedModels;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The work of {@code strata fine-tune}, from a model and labelled rows to another model. */
final class FineTuning {
  private static final String MODEL_KEY = "model";
  private static final String FROZEN = "frozen";

  private final OutputRun run;
  private final Settings settings;
  private final long begun = System.nanoTime();

  FineTuning(OutputRun run) {
    this.run = run;
    this.settings = run.settings();
  }

  RunResult run() {
    run.context()
        .failures()
        .lastCheckpoint(
            () -> NewestCheckpoint.below(run.context().hadoop(), run.folder().checkpoints()));
    ModelBundle bundle =
        NamedModels.open(run.context().hadoop(), settings, settings.model().orElseThrow(), MODEL_KEY);
    PreparedData data = Preparation.withOwnLabel(run, bundle.preprocessing());
    FineTunePlan plan = plan(bundle, settings, task(data.preprocessing()));
    run.context().notice(words(settings, plan));
    FrozenOutputs frozen =
        new FrozenOutputs(
            run.context().javaSpark(), plan, new Path(run.folder().activations(), FROZEN));
    TrainingRequest.Start start =
        new TrainingRequest.Start(plan.trainedStart(), StateVector.zeros(0), 0);
    TrainingOutcome outcome =
        SupervisedPhase.train(run, plan.trained(), Optional.of(start), outputs(frozen, plan, data));
    TrainedModel model =
        new TrainedModel(
            plan.network(),
            plan.whole(outcome.parameters()),
            plan.cut().isEmpty() ? outcome.optimizerState() : StateVector.zeros(0),
            outcome.iteration(),
            outcome.epochs());
    RunResult result =
        new TrainedRun(run, begun).save(data, model, Optional.of(plan.parentSha256()), outcome);
    if (!settings.fineTune().keepActivations()) {
      frozen.discard();
    }
    return result;
  }

  /**
   * Adds what can be told before the rows are read: that the layers do not fit the model. A model
   * that cannot be read is left to the run, which tells data from configuration.
   */
  static void inspect(Settings settings, Configuration hadoop, Problems problems) {
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
  static boolean isMeant(Set<String> keys) {
    return keys.stream().anyMatch(key -> key.startsWith("fine-tune."));
  }

  /** As {@link #isMeant(Set)}, by what was read. */
  static boolean isMeant(Settings settings) {
    return settings.model().isPresent() && !settings.fineTune().equals(FineTuneSettings.NONE);
  }

  /** As far as it can be told without the classes of the rows. */
  static FineTunePlan plan(Configuration hadoop, Settings settings) {
    ModelBundle bundle = NamedModels.open(hadoop, settings, settings.model().orElseThrow(), MODEL_KEY);
    return plan(bundle, settings, provisional(settings));
  }

  private static FineTunePlan plan(ModelBundle bundle, Settings settings, OutputTask task) {
    return FineTunePlan.of(
        bundle, settings.network(), settings.fineTune(), task, settings.seed(), MODEL_KEY);
  }

  private Map<String, ShardSet> outputs(
      FrozenOutputs frozen, FineTunePlan plan, PreparedData data) {
    Map<String, ShardSet> parts = new TreeMap<>(data.shards());
    parts.keySet().retainAll(Set.of(SupervisedPhase.TRAIN, SupervisedPhase.VALIDATION));
    if (plan.cut().isPresent()) {
      run.context()
          .javaSpark()
          .setJobDescription(run.context().command() + " · output of the frozen layers");
    }
    try {
      return frozen.of(parts);
    } finally {
      run.context().javaSpark().setJobDescription(null);
    }
  }

  /** What becomes of the model's layers, in a sentence. */
  static String words(Settings settings, FineTunePlan plan) {
    int freeze = settings.fineTune().freeze();
    String trained =
        freeze == 0
            ? "all layers are trained"
            : String.join(", ", plan.reused().subList(0, freeze)) + " stay as they are";
    return "The layers of %s: %s; %s."
        .formatted(settings.model().orElseThrow(), String.join(", ", plan.reused()), trained);
  }

  private static OutputTask task(Preprocessing data) {
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
