package dev.strata.driver.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.averaging.TrainingStateBuilder;
import dev.strata.driver.checkpoint.CheckpointArrays;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.models.Platform;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.round.RoundCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything a resumed run needs, to and from a checkpoint.
 *
 * @param phase the checkpoint belongs to
 * @param training where the averaging stands
 * @param best the best validation so far
 * @param regular the same without a validation that took place only because training ended, from
 *     which a longer training continues; empty if there was no such validation
 * @param firstLoss mean loss of the first round, against which an explosion is judged; NaN before
 *     it
 * @param trainSeconds spent in rounds so far
 * @param stopped whether early stopping has ended training
 * @param kernel native classifier and CPU kernel of the attempt that wrote it: other ones round
 *     differently
 * @param cut how the phase cuts its epochs into rounds: kept from its beginning to its end, as the
 *     number of a round in its epoch has a meaning only with it
 * @param plateau of the validation loss; empty before the first validation, or where it is not used
 * @param averaged rounds in the Polyak average, which is the model; empty without one
 */
@RecordBuilder
record RunState(
    String phase,
    TrainingState training,
    BestModel best,
    Optional<BestModel> regular,
    double firstLoss,
    double trainSeconds,
    boolean stopped,
    String kernel,
    RoundCut cut,
    Optional<Plateau> plateau,
    Optional<Long> averaged) {
  /** Array of a checkpoint; absent without an outer step. */
  private static final String VELOCITY = "outer-velocity";

  /** Array of a checkpoint; absent where the model is the parameters. */
  private static final String MODEL = "model-parameters";

  private static final String REGULAR_BEST = "regular-best-parameters";

  /** The same run after a round or a validation. */
  RunState with(TrainingState now, BestModel nowBest, boolean nowStopped) {
    return RunStateBuilder.builder(this)
        .training(now)
        .best(nowBest)
        .regular(Optional.empty())
        .stopped(nowStopped)
        .build();
  }

  /** The same run, validated because training ended. */
  RunState ended(BestModel nowBest, boolean nowStopped) {
    return RunStateBuilder.builder(this)
        .best(nowBest)
        .regular(Optional.of(best))
        .stopped(nowStopped)
        .build();
  }

  /** The same run as it stood before a validation that only the end of training asked for. */
  RunState goingOn() {
    return regular
        .map(
            before ->
                RunStateBuilder.builder(this)
                    .best(before)
                    .regular(Optional.empty())
                    .stopped(false)
                    .build())
        .orElse(this);
  }

  /** The same run with its clock and its first loss set. */
  RunState measured(double first, double seconds) {
    return RunStateBuilder.builder(this).firstLoss(first).trainSeconds(seconds).build();
  }

  /** The same run with another factor of its learning rate, or with a validation counted. */
  RunState on(Plateau now) {
    return RunStateBuilder.builder(this).plateau(Optional.of(now)).build();
  }

  /**
   * The same run with another model.
   *
   * @param rounds that it is the average of
   */
  RunState with(StateVector model, long rounds) {
    TrainingState now = TrainingStateBuilder.builder(training).model(model).build();
    return RunStateBuilder.builder(this).training(now).averaged(Optional.of(rounds)).build();
  }

  /** Factor of the learning rate, where it is not 1. */
  Optional<Double> rateFactor() {
    return plateau.map(Plateau::factor).filter(factor -> factor != 1);
  }

  /** What the bytes of a result depend on besides configuration and data. */
  static String kernelHere() {
    Platform here = Platform.here();
    return here.classifier() + " " + here.cpuKernel();
  }

  /**
   * The part of a checkpoint that is JSON. Doubles are written so that reading gives the same bits.
   *
   * @param cut null in checkpoints of versions that knew only {@link RoundCut#WHOLE_FIRST}
   */
  @RecordBuilder
  record Counters(
      String phase,
      int epoch,
      int roundInEpoch,
      long round,
      long iteration,
      long examples,
      int workers,
      Double bestValue,
      long bestRound,
      int stale,
      Map<String, Double> bestMetrics,
      Double firstLoss,
      double trainSeconds,
      boolean stopped,
      String kernel,
      RoundCut cut,
      Regular regular,
      @JsonInclude(JsonInclude.Include.NON_NULL) Plateau plateau,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long averaged,
      @JsonInclude(JsonInclude.Include.NON_NULL) LineSearch lineSearch) {}

  /**
   * The best validation without that of the end; its parameters are an array of their own where the
   * end's were better.
   */
  record Regular(Double bestValue, long bestRound, int stale, Map<String, Double> bestMetrics) {
    BestModel with(StateVector parameters) {
      return new BestModel(
          bestValue == null ? Double.NaN : bestValue,
          bestRound,
          stale,
          parameters,
          bestMetrics == null ? Map.of() : bestMetrics);
    }
  }

  CheckpointContent toCheckpoint() {
    SortedMap<String, byte[][]> arrays = new TreeMap<>();
    arrays.put("parameters", training.parameters().chunks());
    if (training.model() != training.parameters()) {
      arrays.put(MODEL, training.model().chunks());
    }
    if (training.velocity().length() > 0) {
      arrays.put(VELOCITY, training.velocity().chunks());
    }
    training.lbfgs().ifPresent(search -> LineSearch.put(search, arrays));
    arrays.put("optimizer-state", training.optimizerState().chunks());
    if (best.parameters().length() > 0) {
      arrays.put("best-parameters", best.parameters().chunks());
    }
    regular
        .filter(before -> before.round() != best.round() && before.parameters().length() > 0)
        .ifPresent(before -> arrays.put(REGULAR_BEST, before.parameters().chunks()));
    for (int w = 0; w < training.workers().size(); w++) {
      WorkerState own = training.workers().get(w);
      if (!own.isEmpty()) {
        arrays.put(ownOptimizer(w), own.optimizerState().chunks());
        arrays.put(ownLearner(w), new byte[][] {own.learnerState()});
      }
    }
    Counters counters =
        RunStateCountersBuilder.builder()
            .phase(phase)
            .epoch(training.epoch())
            .roundInEpoch(training.roundInEpoch())
            .round(training.round())
            .iteration(training.iteration())
            .examples(training.examples())
            .workers(training.workers().size())
            .bestValue(Double.isNaN(best.value()) ? null : best.value())
            .bestRound(best.round())
            .stale(best.stale())
            .bestMetrics(best.metrics())
            .firstLoss(Double.isNaN(firstLoss) ? null : firstLoss)
            .trainSeconds(trainSeconds)
            .stopped(stopped)
            .kernel(kernel)
            .cut(cut)
            .regular(regular.map(RunState::regular).orElse(null))
            .plateau(plateau.orElse(null))
            .averaged(averaged.orElse(null))
            .lineSearch(training.lbfgs().map(LineSearch::of).orElse(null))
            .build();
    return new CheckpointContent(training.round(), Json.pretty(counters), arrays);
  }

  private static Regular regular(BestModel before) {
    return new Regular(
        Double.isNaN(before.value()) ? null : before.value(),
        before.round(),
        before.stale(),
        before.metrics());
  }

  private static Optional<BestModel> regular(
      Counters counters, BestModel best, SortedMap<String, byte[][]> arrays) {
    return Optional.ofNullable(counters.regular())
        .map(
            before ->
                before.with(
                    before.bestRound() == best.round()
                        ? best.parameters()
                        : arrays.containsKey(REGULAR_BEST)
                            ? vector(arrays, REGULAR_BEST)
                            : StateVector.zeros(0)));
  }

  /**
   * @throws StrataException (data) where the content is no training's, or its parts do not fit each
   *     other
   */
  static RunState fromCheckpoint(CheckpointContent content) {
    Counters counters = Json.read(content.stateJson(), Counters.class, "state.json");
    CheckpointRules.check(counters, content);
    SortedMap<String, byte[][]> arrays = content.arrays();
    List<WorkerState> workers = new ArrayList<>();
    for (int w = 0; w < counters.workers(); w++) {
      byte[][] own = arrays.get(ownLearner(w));
      workers.add(
          own == null
              ? WorkerState.NONE
              : new WorkerState(vector(arrays, ownOptimizer(w)), single(own, ownLearner(w))));
    }
    StateVector parameters = vector(arrays, "parameters");
    TrainingState training =
        TrainingStateBuilder.builder()
            .epoch(counters.epoch())
            .roundInEpoch(counters.roundInEpoch())
            .round(counters.round())
            .iteration(counters.iteration())
            .examples(counters.examples())
            .parameters(parameters)
            .model(arrays.containsKey(MODEL) ? vector(arrays, MODEL) : parameters)
            .velocity(
                arrays.containsKey(VELOCITY) ? vector(arrays, VELOCITY) : StateVector.zeros(0))
            .optimizerState(vector(arrays, "optimizer-state"))
            .workers(workers)
            .lbfgs(
                Optional.ofNullable(counters.lineSearch())
                    .map(search -> search.with(arrays, parameters.length())))
            .build();
    BestModel best =
        new BestModel(
            counters.bestValue() == null ? Double.NaN : counters.bestValue(),
            counters.bestRound(),
            counters.stale(),
            arrays.containsKey("best-parameters")
                ? vector(arrays, "best-parameters")
                : StateVector.zeros(0),
            counters.bestMetrics() == null ? Map.of() : counters.bestMetrics());
    RunState state =
        RunStateBuilder.builder()
            .phase(counters.phase())
            .training(training)
            .best(best)
            .firstLoss(counters.firstLoss() == null ? Double.NaN : counters.firstLoss())
            .trainSeconds(counters.trainSeconds())
            .stopped(counters.stopped())
            .kernel(counters.kernel())
            .cut(counters.cut() == null ? RoundCut.WHOLE_FIRST : counters.cut())
            .regular(regular(counters, best, arrays))
            .plateau(Optional.ofNullable(counters.plateau()))
            .averaged(Optional.ofNullable(counters.averaged()))
            .build();
    CheckpointRules.check(state);
    return state;
  }

  static StateVector vector(SortedMap<String, byte[][]> arrays, String name) {
    byte[][] chunks = arrays.get(name);
    CheckpointRules.require(
        chunks != null, name + ".bin", "no such array in " + arrays.keySet(), "its elements");
    return CheckpointArrays.vector(chunks, name);
  }

  private static byte[] single(byte[][] chunks, String name) {
    CheckpointRules.require(
        chunks.length <= 1, name + ".bin", chunks.length + " chunks", "at most one");
    return chunks.length == 0 ? new byte[0] : chunks[0];
  }

  private static String ownOptimizer(int worker) {
    return "worker-" + worker + "-optimizer-state";
  }

  private static String ownLearner(int worker) {
    return "worker-" + worker + "-learner-state";
  }
}
