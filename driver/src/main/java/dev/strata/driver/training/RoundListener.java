package dev.strata.driver.training;

import dev.strata.driver.averaging.RoundObserver;
import dev.strata.driver.averaging.RoundOutcome;
import dev.strata.driver.averaging.RoundTimes;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.progress.Progress;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What happens after each round: judge loss and parameters, validate, note, show, save. */
final class RoundListener implements RoundObserver {
  private final TrainingRequest request;
  private final Divergence divergence;
  private final CheckpointStore checkpoints;
  private final History history;
  private final boolean keepsBest;
  private final long rows;
  private RunState state;
  private long roundBegun = System.nanoTime();
  private long savedAt = System.nanoTime();
  private long savedRound;

  RoundListener(
      TrainingRequest request,
      Divergence divergence,
      CheckpointStore checkpoints,
      History history,
      RunState start,
      boolean keepsBest,
      long rows) {
    this.request = request;
    this.divergence = divergence;
    this.checkpoints = checkpoints;
    this.history = history;
    this.state = start;
    this.keepsBest = keepsBest;
    this.rows = rows;
    this.savedRound = start.training().round();
  }

  RunState state() {
    return state;
  }

  @Override
  public boolean afterRound(TrainingState now, RoundOutcome outcome, boolean epochEnded) {
    double seconds = (System.nanoTime() - roundBegun) / 1e9;
    divergence.refuse(now, outcome, state.firstLoss());
    boolean last = now.epoch() == request.training().epochs();
    double firstLoss = Double.isNaN(state.firstLoss()) ? outcome.loss() : state.firstLoss();
    state =
        state.with(now, state.best(), false).measured(firstLoss, state.trainSeconds() + seconds);
    Map<String, Double> validation = Map.of();
    long validatedFrom = System.nanoTime();
    if (request.validator().isPresent() && validates(now, epochEnded, last)) {
      validation = request.validator().get().validate(now.model());
      divergence.refuseMetrics(now.round(), validation);
      note(validation);
    }
    double validationMillis = (System.nanoTime() - validatedFrom) / 1e6;
    HistoryEntry entry = entry(now, outcome, epochEnded, validation, seconds, validationMillis);
    history.add(entry);
    request.watch().round(entry, outcome.rows(), outcome.traffic());
    show(now, outcome, epochEnded, seconds);
    if (epochEnded) {
      request
          .epochs()
          .flatMap(observer -> observer.after(now.epoch(), now.model()))
          .ifPresent(request.progress()::line);
    }
    if (state.stopped() || (!last && dueForCheckpoint())) {
      save();
    }
    request.watch().beginsRound(now.round() + 1);
    roundBegun = System.nanoTime();
    return !state.stopped();
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
      Map<String, Double> validation =
          request.validator().get().validate(state.training().parameters());
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
    state =
        onlyAtTheEnd() ? state.ended(best, stopped) : state.with(state.training(), best, stopped);
    if (stopped) {
      request
          .progress()
          .line(
              "Stopped early after round "
                  + state.training().round()
                  + ": "
                  + best.stale()
                  + " validations without improvement; best "
                  + training.earlyStopping().metric()
                  + " "
                  + MetricText.number(best.value())
                  + " after round "
                  + best.round()
                  + ".");
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
    history.flush();
    CheckpointContent content = state.toCheckpoint();
    long begun = System.nanoTime();
    checkpoints.save(content);
    savedRound = state.training().round();
    savedAt = System.nanoTime();
    request.watch().checkpoint(savedRound, (savedAt - begun) / 1e9, content.bytes());
  }

  private HistoryEntry entry(
      TrainingState now,
      RoundOutcome outcome,
      boolean epochEnded,
      Map<String, Double> validation,
      double seconds,
      double validationMillis) {
    RoundTimes times = outcome.times();
    Map<String, Double> phases = new TreeMap<>();
    phases.put("broadcast", times.broadcast() / 1e3);
    phases.put("job", times.job() / 1e3);
    phases.put("setup", times.setup() / 1e3);
    phases.put("train", times.train() / 1e3);
    phases.put("average", times.average() / 1e3);
    if (!validation.isEmpty()) {
      phases.put("validation", validationMillis / 1e3);
    }
    return HistoryEntryBuilder.builder()
        .runId(request.runId())
        .phase(request.phase())
        .epoch(now.epoch() - (epochEnded ? 1 : 0))
        .round(now.round())
        .iteration(now.iteration())
        .examples(now.examples())
        .loss(outcome.loss())
        .metrics(validation)
        .examplesPerSecond(outcome.rows() / seconds)
        .seconds(phases)
        .time(Instant.now().toString())
        .epochs(request.training().epochs())
        .totalExamples(totalExamples())
        .layer(request.place().layer())
        .devices(Optional.of(outcome.devices()).filter(held -> !held.isEmpty()))
        .validationLoss(Optional.ofNullable(validation.get("loss")))
        .build();
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
                totalExamples(),
                outcome.loss(),
                outcome.rows() / seconds));
  }

  private long totalExamples() {
    return rows * request.training().epochs();
  }
}
