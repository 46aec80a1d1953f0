package dev.strata.driver.training;

import dev.strata.driver.averaging.RoundOutcome;
import dev.strata.driver.averaging.RoundTimes;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerHistory;
import dev.strata.executor.device.Blas;
import dev.strata.executor.optimizer.LearningRates;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What is recorded of the rounds of a phase: history, statistics of layers, metrics, log. */
final class RoundLog implements AutoCloseable {
  private final TrainingRequest request;
  private final long rows;
  private final LearningRates rates;
  private final Optional<LayerFollower> follower;
  private final History history;
  private final LayerHistory layers;
  private final OtherProducts otherProducts;

  private RoundLog(
      TrainingRequest request,
      long rows,
      LearningRates rates,
      Optional<LayerFollower> follower,
      History history,
      LayerHistory layers) {
    this.request = request;
    this.rows = rows;
    this.rates = rates;
    this.follower = follower;
    this.history = history;
    this.layers = layers;
    this.otherProducts = new OtherProducts(Blas.library(), request.progress()::line);
  }

  /**
   * @param rows of an epoch
   * @param round after which the phase resumes; 0 where it starts
   */
  static RoundLog open(
      TrainingRequest request,
      long rows,
      LearningRates rates,
      Optional<LayerFollower> follower,
      long round) {
    History history =
        History.ofPhase(request.folder(), request.phase(), round, request.progress()::line);
    LayerHistory layers = LayerHistory.ofPhase(request.folder(), request.phase(), round);
    return new RoundLog(request, rows, rates, follower, history, layers);
  }

  /**
   * A round that has ended.
   *
   * @param before state that it started from
   * @param validation after it; empty without one
   * @param seconds that the round took
   * @param rateFactor of the learning rate by its schedule
   */
  record Round(
      TrainingState before,
      TrainingState now,
      RoundOutcome outcome,
      boolean epochEnded,
      Map<String, Double> validation,
      double seconds,
      double validationMillis,
      double rateFactor) {
    int epoch() {
      return now.epoch() - (epochEnded ? 1 : 0);
    }
  }

  void add(Round round) {
    round.outcome().products().forEach(otherProducts::at);
    HistoryEntry entry = entry(round);
    history.add(entry);
    Optional<LayerEntry> found =
        LayerHistory.has(entry.round())
            ? follower.map(own -> own.after(round, entry))
            : Optional.empty();
    found.ifPresent(layers::add);
    request.watch().round(entry, found, round.outcome().rows(), round.outcome().traffic());
  }

  /** Writes now; call it before each checkpoint. */
  void flush() {
    history.flush();
    layers.flush();
  }

  /** Rows of all epochs. */
  long totalExamples() {
    return rows * request.training().epochs();
  }

  private HistoryEntry entry(Round round) {
    TrainingState now = round.now();
    RoundTimes times = round.outcome().times();
    Map<String, Double> phases = new TreeMap<>();
    phases.put("broadcast", times.broadcast() / 1e3);
    phases.put("job", times.job() / 1e3);
    phases.put("setup", times.setup() / 1e3);
    phases.put("train", times.train() / 1e3);
    phases.put("average", times.average() / 1e3);
    if (!round.validation().isEmpty()) {
      phases.put("validation", round.validationMillis() / 1e3);
    }
    OptionalDouble rate = rates.largest(Math.max(0, now.iteration() - 1), round.epoch());
    return HistoryEntryBuilder.builder()
        .runId(request.runId())
        .phase(request.phase())
        .epoch(round.epoch())
        .round(now.round())
        .iteration(now.iteration())
        .examples(now.examples())
        .loss(round.outcome().loss())
        .metrics(round.validation())
        .examplesPerSecond(round.outcome().rows() / round.seconds())
        .seconds(phases)
        .time(Instant.now().toString())
        .epochs(request.training().epochs())
        .totalExamples(totalExamples())
        .layer(request.place().layer())
        .devices(Optional.of(round.outcome().devices()).filter(held -> !held.isEmpty()))
        .validationLoss(Optional.ofNullable(round.validation().get("loss")))
        .learningRate(
            rate.isPresent()
                ? Optional.of(rate.getAsDouble() * round.rateFactor())
                : Optional.empty())
        .build();
  }

  @Override
  public void close() {
    try (layers) {
      history.close();
    }
  }
}
