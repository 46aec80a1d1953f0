package dev.strata.driver.training;

import dev.strata.driver.averaging.LbfgsState;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * L-BFGS between two evaluations, in the JSON of a checkpoint; its vectors are two arrays.
 *
 * @param high null where it is infinite
 */
record LineSearch(
    double loss, double low, Double high, double length, int evaluations, boolean ended) {
  /** Arrays of a checkpoint: P elements for each pair; absent where there is none. */
  static final String STEPS = "l-bfgs-steps";

  static final String CHANGES = "l-bfgs-changes";

  static LineSearch of(LbfgsState state) {
    return new LineSearch(
        state.loss(),
        state.low(),
        Double.isInfinite(state.high()) ? null : state.high(),
        state.length(),
        state.evaluations(),
        state.ended());
  }

  /** Adds the vectors to a checkpoint's arrays. */
  static void put(LbfgsState state, SortedMap<String, byte[][]> arrays) {
    if (!state.steps().isEmpty()) {
      arrays.put(STEPS, StateVector.joined(state.steps()).chunks());
      arrays.put(CHANGES, StateVector.joined(state.changes()).chunks());
    }
  }

  /**
   * With the vectors of a checkpoint.
   *
   * @param parameters P
   * @throws dev.strata.executor.failure.StrataException (data) where they do not fit
   */
  LbfgsState with(SortedMap<String, byte[][]> arrays, long parameters) {
    List<StateVector> steps = parts(arrays, STEPS, parameters);
    List<StateVector> changes = parts(arrays, CHANGES, parameters);
    CheckpointRules.require(
        steps.size() == changes.size(),
        CHANGES + ".bin",
        changes.size() + " vectors",
        steps.size() + ", as in " + STEPS + ".bin");
    return new LbfgsState(
        loss,
        steps,
        changes,
        low,
        high == null ? Double.POSITIVE_INFINITY : high,
        length,
        evaluations,
        ended);
  }

  private static List<StateVector> parts(
      SortedMap<String, byte[][]> arrays, String name, long length) {
    List<StateVector> parts = new ArrayList<>();
    if (arrays.containsKey(name)) {
      StateVector all = RunState.vector(arrays, name);
      CheckpointRules.require(
          length > 0 && all.length() % length == 0,
          name + ".bin",
          all.length() + " elements",
          "a multiple of " + length + ", the number of parameters");
      for (long from = 0; from < all.length(); from += length) {
        parts.add(all.part(from, length));
      }
    }
    return parts;
  }
}
