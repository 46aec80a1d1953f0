package dev.strata.driver.training;

import dev.strata.driver.averaging.RoundObserver;
import dev.strata.driver.averaging.RoundOutcome;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.progress.Progress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What happens after each round: judge loss and parameters, validate, note, show, save. */
final class RoundListener implements RoundObserver {
  private final TrainingRequest request;
  private final Divergence divergence;
  private final CheckpointStore checkpoints;
  private final RoundLog log;
  private final boolean keepsBest;
  private final ModelAverage average;
  private final SnapshotTimes snapshots;
  private RunState state;
  private boolean rateChanged;
  private long roundBegun = System.nanoTime();
  private long savedAt = System.nanoTime();
  private long savedRound;

  RoundListener(
      TrainingRequest request,
      Divergence divergence,
      CheckpointStore checkpoints,
      RoundLog log,
      RunState start,
      boolean keepsBest,
      ModelAverage average,
      SnapshotTimes snapshots) {
    this.request = request;
    this.divergence = divergence;
    this.checkpoints = checkpoints;
    this.log = log;
    this.state = start;
    this.keepsBest = keepsBest;
    this.average = average;
    this.snapshots = snapshots;
    this.savedRound = start.training().round();
  }

  RunState state() {
    return state;
  }

  /** Whether training stopped only for another learning rate; asked once after each stop. */
  boolean continuesAtAnotherRate() {
    boolean changed = rateChanged && !state.stopped();
    rateChanged = false;
    return changed && state.training().epoch() < request.training().epochs();
  }

  @Override
  public boolean afterRound(TrainingState arrived, RoundOutcome outcome, boolean epochEnded) {
    double seconds = (System.nanoTime() - roundBegun) / 1e9;
    TrainingState before = state.training();
    divergence.refuse(arrived, outcome, state.firstLoss());
    boolean last = arrived.epoch() == request.training().epochs() || arrived.ended();
    double firstLoss = Double.isNaN(state.firstLoss()) ? outcome.loss() : state.firstLoss();
    Optional<Double> rateFactor = state.rateFactor();
    state = average.after(state, arrived).measured(firstLoss, state.trainSeconds() + seconds);
    boolean validates = request.validator().isPresent() && validates(arrived, epochEnded, last);
    OptionalInt cycle = snapshots.due(arrived, epochEnded);
    if (validates || last || cycle.isPresent()) {
      state = average.usable(state);
    }
    TrainingState now = state.training();
    Map<String, Double> validation = Map.of();
    long validatedFrom = System.nanoTime();
    if (validates) {
      validation = request.validator().get().validate(now.model());
      divergence.refuseMetrics(now.round(), validation);
      note(validation);
    }
    if (arrived.ended()) {
      state = state.with(state.training(), state.best(), true);
      request
          .progress()
          .line(
              "L-BFGS ended after round "
                  + now.round()
                  + ": its gradient is 0 within network.updater.tolerance, or no step lowers the loss.");
    }
    double validationMillis = (System.nanoTime() - validatedFrom) / 1e6;
    log.add(
        new RoundLog.Round(
            before,
            now,
            outcome,
            epochEnded,
            validation,
            seconds,
            validationMillis,
            rateFactor.orElse(1.0)));
    show(now, outcome, epochEnded, seconds);
    if (epochEnded) {
      request
          .epochs()
          .flatMap(observer -> observer.after(now.epoch(), now.model()))
          .ifPresent(request.progress()::line);
    }
    if (cycle.isPresent()) {
      request.lock().ensureHeld();
      request.snapshots().orElseThrow().keeper().keep(cycle.getAsInt(), now, validation);
    }
    if (state.stopped() || (!last && dueForCheckpoint())) {
      save();
    }
    request.watch().beginsRound(now.round() + 1);
    roundBegun = System.nanoTime();
    return !state.stopped() && !rateChanged;
  }

  /**
   * The end of training is always kept: what follows (evaluation, saving) can be repeated from it.
   */
  void finish() {
    if (request.validator().isPresent()
        && onlyAtTheEnd()
        && !state.stopped()
        && state.regular().isEmpty()) {
      // resumed with fewer epochs, at what is the end now
      state = average.usable(state);
      Map<String, Double> validation = request.validator().get().validate(state.training().model());
      divergence.refuseMetrics(state.training().round(), validation);
      note(validation);
      save();
    }
    if (savedRound != state.training().round()) {
      save();
    }
  }

  private boolean validates(TrainingState now, boolean epochEnded, boolean last) {
    int every = request.training().validationEvery();
    return last || (every == 0 ? epochEnded : now.round() % every == 0);
  }

  /** Whether longer training would not have validated after the last round. */
  private boolean onlyAtTheEnd() {
    int every = request.training().validationEvery();
    TrainingState now = state.training();
    return now.epoch() == request.training().epochs() && every > 0 && now.round() % every != 0;
  }

  private void note(Map<String, Double> validation) {
    TrainingSettings training = request.training();
    BestModel best =
        state
            .best()
            .after(
                validation,
                state.training().round(),
                state.training().model(),
                training.earlyStopping(),
                keepsBest);
    boolean stopped = best.exhausted(training.earlyStopping());
    if (onlyAtTheEnd()) {
      state = state.ended(best, stopped);
    } else {
      state = state.with(state.training(), best, stopped);
      training.plateau().ifPresent(rule -> judge(validation.get("loss"), rule));
    }
    if (stopped) {
      request
          .progress()
          .line(
              (state.training().epoch() < training.epochs()
                          ? "Stopped early after round %d: "
                          : "Ended after round %d, the last one: ")
                      .formatted(state.training().round())
                  + best.ending(training.earlyStopping())
                  + ".");
    }
  }

  private void judge(double loss, PlateauSettings rule) {
    double before = state.rateFactor().orElse(1.0);
    Plateau now = Plateau.after(state.plateau().orElse(null), loss, rule);
    state = state.on(now);
    if (now.factor() != before) {
      rateChanged = true;
      request
          .progress()
          .line(
              String.format(
                  Locale.ROOT,
                  "Learning rate reduced to %s of its schedule after round %d: the validation loss"
                      + " has not improved on %s for %d validations.",
                  MetricText.number(now.factor()),
                  state.training().round(),
                  MetricText.number(now.best()),
                  rule.patience()));
    }
  }

  private boolean dueForCheckpoint() {
    CheckpointSettings settings = request.checkpoint();
    long rounds = state.training().round() - savedRound;
    long nanos = System.nanoTime() - savedAt;
    return (settings.everyRounds() > 0 && rounds >= settings.everyRounds())
        || (!settings.every().isZero() && nanos >= settings.every().toNanos());
  }

  private void save() {
    request.lock().ensureHeld();
    log.flush();
    CheckpointContent content = state.toCheckpoint();
    long begun = System.nanoTime();
    checkpoints.save(content);
    savedRound = state.training().round();
    savedAt = System.nanoTime();
    request.watch().checkpoint(savedRound, (savedAt - begun) / 1e9, content.bytes());
  }

  private void show(TrainingState now, RoundOutcome outcome, boolean epochEnded, double seconds) {
    request
        .progress()
        .update(
            new Progress(
                request.title(),
                now.epoch() + (epochEnded ? 0 : 1),
                request.training().epochs(),
                now.examples(),
                log.totalExamples(),
                outcome.loss(),
                outcome.rows() / seconds));
  }
}
