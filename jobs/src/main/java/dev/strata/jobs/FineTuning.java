package dev.strata.jobs;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.transfer.FineTunePlan;
import dev.strata.driver.transfer.FrozenOutputs;
import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.OutputTask;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.jobs.config.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** The work of {@code strata fine-tune}, from a model and labelled rows to another model. */
final class FineTuning {
  static final String MODEL_KEY = "model";
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
        BundleReader.open(run.context().hadoop(), settings.model().orElseThrow(), MODEL_KEY);
    PreparedData data = Preparation.withOwnLabel(run, bundle.preprocessing());
    FineTunePlan plan = plan(bundle, settings, task(data.preprocessing()));
    run.context().notice(words(bundle, plan));
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
   * What can be told before the rows are read: whether the layers fit the model.
   *
   * @throws dev.strata.executor.failure.StrataException (configuration) where they do not
   */
  static void check(ModelBundle bundle, Settings settings) {
    plan(bundle, settings, provisional(settings));
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

  private String words(ModelBundle bundle, FineTunePlan plan) {
    int freeze = settings.fineTune().freeze();
    String layers = String.join(", ", plan.reused());
    String trained =
        freeze == 0
            ? "all layers are trained"
            : String.join(", ", plan.reused().subList(0, freeze)) + " stay as they are";
    return "Fine-tuning " + bundle.folder() + ": its layers " + layers + "; " + trained + ".";
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
