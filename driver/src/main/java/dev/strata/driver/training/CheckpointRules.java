package dev.strata.driver.training;

import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.training.RunState.Counters;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** What holds in every checkpoint of a training: its parts fit each other. */
final class CheckpointRules {
  /** Far above what a cluster has, and small enough to count them. */
  private static final int MOST_WORKERS = 1_000_000;

  private static final String STATE = "state.json";

  private CheckpointRules() {}

  /**
   * @throws StrataException (data) naming the first field that does not fit; nothing is made for
   *     workers before that
   */
  static void check(Counters counters, CheckpointContent content) {
    require(counters.phase() != null, STATE, "phase: nothing", "the name of a phase");
    require(counters.kernel() != null, STATE, "kernel: nothing", "a classifier and a kernel");
    require(
        counters.round() == content.round(),
        STATE,
        "round: " + counters.round(),
        content.round() + ", as in the manifest");
    require(
        counters.workers() >= 1 && counters.workers() <= MOST_WORKERS,
        STATE,
        "workers: " + counters.workers(),
        "1 to " + MOST_WORKERS);
    atLeastZero("epoch", counters.epoch());
    atLeastZero("roundInEpoch", counters.roundInEpoch());
    atLeastZero("iteration", counters.iteration());
    atLeastZero("examples", counters.examples());
    atLeastZero("stale", counters.stale());
    require(
        counters.bestRound() >= 0 && counters.bestRound() <= counters.round(),
        STATE,
        "bestRound: " + counters.bestRound(),
        "0 to " + counters.round());
    finite("firstLoss", counters.firstLoss());
    Plateau plateau = counters.plateau();
    require(
        plateau == null
            || (Double.isFinite(plateau.best())
                && plateau.stale() >= 0
                && plateau.factor() >= 0
                && plateau.factor() <= 1),
        STATE,
        "plateau: " + plateau,
        "a loss, a number of validations, a factor from 0 to 1");
    LineSearch search = counters.lineSearch();
    require(
        search == null
            || (Double.isFinite(search.loss())
                && search.low() >= 0
                && (search.high() == null || search.high() >= search.low())
                && Double.isFinite(search.length())
                && search.length() >= 0
                && search.evaluations() >= 0),
        STATE,
        "lineSearch: " + search,
        "a loss, and step lengths of at least 0");
    atLeastZero("averaged", counters.averaged() == null ? 0 : counters.averaged());
    finite("trainSeconds", counters.trainSeconds());
    require(
        counters.bestValue() == null || !counters.bestValue().isNaN(),
        STATE,
        "bestValue: " + counters.bestValue(),
        "a number, or none");
    Map<String, Double> metrics =
        counters.bestMetrics() == null ? Map.of() : counters.bestMetrics();
    require(
        metrics.values().stream().allMatch(Objects::nonNull),
        STATE,
        "bestMetrics: " + metrics,
        "numbers");
  }

  /**
   * @throws StrataException (data) naming the first array that does not fit the parameters, or
   *     holds numbers that are not finite where the parameters of no network may
   */
  static void check(RunState state) {
    long parameters = state.training().parameters().length();
    require(parameters > 0, "parameters.bin", "no parameters", "at least one");
    sameLength("model-parameters.bin", state.training().model(), parameters);
    sameLength("outer-velocity.bin", state.training().velocity(), parameters);
    sameLength("best-parameters.bin", state.best().parameters(), parameters);
    state
        .regular()
        .ifPresent(
            best -> sameLength("regular-best-parameters.bin", best.parameters(), parameters));
    state
        .training()
        .lbfgs()
        .ifPresent(
            search -> {
              search.steps().forEach(step -> finite(LineSearch.STEPS + ".bin", step));
              search.changes().forEach(change -> finite(LineSearch.CHANGES + ".bin", change));
            });
    finite("outer-velocity.bin", state.training().velocity());
    finite("optimizer-state.bin", state.training().optimizerState());
    int worker = 0;
    for (WorkerState own : state.training().workers()) {
      finite("worker-" + worker++ + "-optimizer-state.bin", own.optimizerState());
    }
  }

  private static void sameLength(String file, StateVector vector, long parameters) {
    require(
        vector.length() == 0 || vector.length() == parameters,
        file,
        vector.length() + " elements",
        parameters + ", the number of parameters");
  }

  private static void finite(String file, StateVector vector) {
    OptionalLong at = NotFinite.first(vector);
    if (at.isPresent()) {
      String found = vector.get(at.getAsLong()) + " in element " + at.getAsLong();
      require(false, file, found, "finite numbers");
    }
  }

  private static void finite(String field, Double value) {
    require(
        value == null || Double.isFinite(value), STATE, field + ": " + value, "a finite number");
  }

  private static void atLeastZero(String field, long value) {
    require(value >= 0, STATE, field + ": " + value, "at least 0");
  }

  static void require(boolean holds, String file, String found, String expected) {
    if (!holds) {
      throw StrataException.data("the checkpoint is inconsistent")
          .file(file)
          .found(found)
          .expected(expected)
          .build();
    }
  }
}
