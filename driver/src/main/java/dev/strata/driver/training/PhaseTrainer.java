package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.layers.ParameterChanges;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.RoundCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.UnlabelledRows;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The life of one phase: from fresh parameters, another model's, or the newest good checkpoint,
 * through rounds, validations and checkpoints, to the parameters that become the model.
 */
public final class PhaseTrainer {
  private final JavaSparkContext spark;
  private final TrainingRequest request;
  private final ShardManifest manifest;
  private final CheckpointStore checkpoints;

  public PhaseTrainer(JavaSparkContext spark, TrainingRequest request) {
    this.spark = spark;
    this.request = request;
    this.manifest = ManifestFile.read(spark.hadoopConfiguration(), request.rows());
    this.checkpoints =
        new CheckpointStore(
            spark.hadoopConfiguration(),
            request.checkpoints(),
            request.checkpoint().keep(),
            request.progress()::line);
  }

  /**
   * @throws StrataException (diverged) where the loss explodes, or it, parameters, the optimiser's
   *     state or validation are no finite numbers; (data) where the start's parameters are none;
   *     (configuration) where validation is asked for without rows, or a resumed run has another
   *     number of workers
   */
  public TrainingOutcome run() {
    requireRows();
    Model model = describe();
    Optional<RunState> resumed = request.resume() ? resumed(model.layout()) : Optional.empty();
    RunState start = resumed.orElseGet(() -> beginning(model));
    requireRates(model);
    Divergence divergence = new Divergence(request, model.layout());
    divergence.refuseStart(start.training(), resumed.isPresent());
    request
        .watch()
        .phase(spark.sc(), request.phase(), request.place().layer(), start.training().round());
    RoundListener life;
    try (RoundLog log =
        RoundLog.open(
            request,
            manifest.rows() * passes(),
            model.rates(),
            model.layers(spark.hadoopConfiguration(), request),
            start.training().round())) {
      life =
          new RoundListener(
              request,
              divergence,
              checkpoints,
              log,
              start,
              keepsBest(),
              average(model, start.cut()),
              snapshots(start.cut()));
      boolean goesOn = !start.stopped();
      while (goesOn) {
        RunState from = life.state();
        new AveragingTrainer(spark, request.averaging())
            .train(
                phase(model.layout(), plan(start.cut()), from.rateFactor()), from.training(), life);
        goesOn = life.continuesAtAnotherRate();
      }
      life.finish();
    }
    return outcome(life.state(), resumed);
  }

  /** What a factor of the learning rate is for needs one. */
  private void requireRates(Model model) {
    boolean statistics =
        request.averaging().polyak().type() != PolyakSettings.Type.NONE
            && !model.layout().statistics().isEmpty();
    boolean plateau = request.training().plateau().isPresent();
    if ((plateau || statistics) && model.rates().largest(0, 0).isEmpty()) {
      throw StrataException.configuration(
              plateau
                  ? "training.plateau needs an updater with a learning rate"
                  : "averaging.polyak with batch normalization needs an updater with a learning"
                      + " rate")
          .key(request.place().section() + ".updater.type")
          .found("an updater without a learning rate")
          .expected("any updater but adadelta and none")
          .build();
    }
  }

  /** Removes the phase's checkpoints, once what it gave is kept elsewhere. */
  public void removeCheckpoints() {
    checkpoints.removeAll();
  }

  /** What is known of the model before training. */
  private record Model(
      ParameterLayout layout,
      StateVector parameters,
      StateVector optimizerState,
      LearningRates rates,
      Optional<ParameterChanges> changes) {
    Optional<LayerFollower> layers(Configuration hadoop, TrainingRequest request) {
      return changes.map(
          own ->
              new LayerFollower(
                  hadoop, request.learner(), request.rows(), own, request.progress()::line));
    }
  }

  private Model describe() {
    try (Learner learner = request.learner().create()) {
      learner.notices().forEach(request.progress()::line);
      return new Model(
          learner.layout(),
          StateVector.of(learner.parameters()),
          StateVector.of(learner.optimizerState()),
          learner.learningRates(),
          request.run().followsLayers()
              ? Optional.of(ParameterChanges.of(learner.layout(), learner::nameOf))
              : Optional.empty());
    }
  }

  private RunState beginning(Model model) {
    StateVector parameters =
        request.start().map(TrainingRequest.Start::parameters).orElse(model.parameters());
    StateVector optimizerState =
        request
            .start()
            .map(TrainingRequest.Start::optimizerState)
            .filter(state -> state.length() > 0)
            .orElse(model.optimizerState());
    TrainingState training =
        TrainingState.beginning(
            request.start().map(TrainingRequest.Start::iteration).orElse(0L),
            parameters,
            optimizerState,
            request.training().workers(),
            request.averaging().optimizerState() == OptimizerState.KEEP);
    return RunStateBuilder.builder()
        .phase(request.phase())
        .training(training)
        .best(BestModel.NONE)
        .firstLoss(Double.NaN)
        .trainSeconds(0)
        .stopped(false)
        .kernel(RunState.kernelHere())
        .cut(RoundCut.EVEN)
        .build();
  }

  private Optional<RunState> resumed(ParameterLayout layout) {
    Optional<RunState> found = checkpoints.newest(RunState::fromCheckpoint);
    if (found.isEmpty()) {
      request.progress().line("No checkpoint of the unfinished run: starting from the beginning.");
      return found;
    }
    RunState state = longer(found.get());
    CheckpointFit fit = new CheckpointFit(request);
    fit.requireNetwork(state, layout);
    request.progress().line("Resuming after round " + state.training().round() + ".");
    if (!RunState.kernelHere().equals(state.kernel())) {
      request
          .progress()
          .line(
              "The run was started on "
                  + state.kernel()
                  + " and continues on "
                  + RunState.kernelHere()
                  + ", which rounds differently: its result may differ in the last bits from that"
                  + " of an uninterrupted run.");
    }
    if (state.cut() == RoundCut.WHOLE_FIRST) {
      request
          .progress()
          .line(
              "An older version of Strata started this training with rounds of averaging.every"
                  + " minibatches and a shorter last one; it keeps these rounds.");
    }
    int workers = state.training().workers().size();
    if (workers == request.training().workers()) {
      fit.requireRows(state, plan(state.cut()));
      return Optional.of(state);
    }
    if (!request.allowWorkersChange()) {
      throw StrataException.configuration("a run must resume with its number of workers")
          .key("training.workers")
          .found(request.training().workers())
          .expected(workers + ", or resume.allow-workers-change = true")
          .build();
    }
    request
        .progress()
        .line(
            "The run continues with "
                + request.training().workers()
                + " workers instead of "
                + workers
                + ": its result is no longer that of an uninterrupted run, byte for byte.");
    return Optional.of(
        WorkersChange.apply(
            state,
            plan(workers, state.cut()),
            plan(state.cut()),
            request.averaging().optimizerState()));
  }

  /**
   * Sees to it that the state is one that training with the epochs asked for would have come to: it
   * must not be beyond them, and where it was the end of a shorter training, the validation that
   * only an end asks for does not count.
   */
  private RunState longer(RunState state) {
    int done = state.training().epoch() + (state.training().roundInEpoch() > 0 ? 1 : 0);
    int asked = request.training().epochs();
    if (done > asked) {
      throw StrataException.configuration("the unfinished run has already trained for more epochs")
          .key("training.epochs")
          .found(asked)
          .expected("at least " + done + " (" + request.phase() + "), or --overwrite to start over")
          .build();
    }
    if (state.training().epoch() == asked) {
      return state;
    }
    if (state.regular().isEmpty() && endedByAnOlderVersion(state)) {
      throw StrataException.configuration(
              "this training cannot be continued: it ended with a validation that a longer one"
                  + " would not have, and an earlier version of Strata did not keep the best"
                  + " parameters before it")
          .key("training.epochs")
          .found(asked)
          .expected(state.training().epoch() + ", another output.dir, or --overwrite")
          .build();
    }
    if (state.stopped() && state.regular().isEmpty()) {
      String what = state.training().ended() ? "L-BFGS" : "Early stopping";
      request.progress().line(what + " ended this training; it does not continue.");
      return state;
    }
    return state.goingOn();
  }

  /** Whether there were more validations than {@code training.validation-every} asks for. */
  private boolean endedByAnOlderVersion(RunState state) {
    int every = request.training().validationEvery();
    boolean matters = keepsBest() || request.training().earlyStopping().patience() > 0;
    long round = state.training().round();
    long best = state.best().round();
    if (every == 0 || best == 0 || !matters) {
      return false;
    }
    return best == round
        ? round % every != 0
        : state.best().stale() != round / every - best / every;
  }

  private int passes() {
    return request.learner().unlabelled().map(UnlabelledRows::passes).orElse(1);
  }

  private EpochPlan plan(RoundCut cut) {
    return plan(request.training().workers(), cut);
  }

  private EpochPlan plan(int workers, RoundCut cut) {
    // L-BFGS evaluates all rows in one round.
    int every =
        request.learner().fullBatch().isPresent() ? Integer.MAX_VALUE : request.averaging().every();
    return EpochPlan.of(manifest, workers, request.training().workerBatch(), every)
        .withCut(cut)
        .withPasses(passes());
  }

  private ModelAverage average(Model model, RoundCut cut) {
    return new ModelAverage(
        request.averaging().polyak(),
        model.layout(),
        new AveragingTrainer(spark, request.averaging()),
        phase(model.layout(), plan(cut), Optional.empty()));
  }

  private SnapshotTimes snapshots(RoundCut cut) {
    long begun = request.start().map(TrainingRequest.Start::iteration).orElse(0L);
    int epochs = request.training().epochs();
    return request
        .snapshots()
        .map(kept -> SnapshotTimes.of(kept.schedule(), plan(cut), begun, epochs))
        .orElseGet(() -> SnapshotTimes.none(plan(cut)));
  }

  private AveragingPhase phase(ParameterLayout layout, EpochPlan plan, Optional<Double> rate) {
    return AveragingPhaseBuilder.builder()
        .name(request.phase())
        .title(request.job() + " · " + request.phase())
        .learner(request.learner())
        .layout(layout)
        .shards(request.rows())
        .plan(plan)
        .shuffleWindow(request.training().shuffleWindow())
        .epochs(request.training().epochs())
        .seed(request.seed())
        .rateFactor(rate)
        .build();
  }

  private void requireRows() {
    if (manifest.rows() == 0) {
      throw StrataException.data("no training rows")
          .file(request.rows().folder())
          .found("0 rows")
          .expected("at least 1")
          .build();
    }
    boolean wantsValidation =
        request.training().earlyStopping().patience() > 0
            || request.training().keepModel() == KeepModel.BEST
            || request.training().plateau().isPresent();
    if (wantsValidation && request.validator().isEmpty()) {
      throw StrataException.configuration(
              "early stopping, the best model and training.plateau need validation rows")
          .key("data.validation")
          .found("none")
          .expected("a validation source, or data.split.validation above 0")
          .build();
    }
  }

  private boolean keepsBest() {
    return switch (request.training().keepModel()) {
      case BEST -> true;
      case LAST -> false;
      case AUTO ->
          request.validator().isPresent() && request.training().earlyStopping().patience() > 0;
    };
  }

  private TrainingOutcome outcome(RunState state, Optional<RunState> resumed) {
    TrainingState last = state.training();
    boolean best = keepsBest() && state.best().parameters().length() > 0;
    boolean bestIsLast = best && state.best().round() == last.round();
    return TrainingOutcomeBuilder.builder()
        .parameters(best ? state.best().parameters() : last.model())
        .optimizerState(
            (best && !bestIsLast) || last.lbfgs().isPresent()
                ? StateVector.zeros(0)
                : last.optimizerState())
        .modelRound(best ? state.best().round() : last.round())
        .iteration(last.iteration())
        .epochs(last.epoch())
        .rounds(last.round())
        .examples(last.examples())
        .trainSeconds(state.trainSeconds())
        .resumedFromRound(
            resumed.map(r -> OptionalLong.of(r.training().round())).orElse(OptionalLong.empty()))
        .stoppedEarly(state.stopped())
        .validation(state.best().metrics())
        .build();
  }
}
