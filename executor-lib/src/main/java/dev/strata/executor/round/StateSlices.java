package dev.strata.executor.round;

import java.io.Serializable;
import java.util.List;

/**
 * Division of parameters and optimizer state into slices: those of the parameters first. A slice
 * holds consecutive elements of one of the two.
 *
 * @param parameters P
 * @param optimizerState S
 * @param length elements of a slice; the last of each vector may have fewer
 */
public record StateSlices(long parameters, long optimizerState, long length)
    implements Serializable {
  /** Below it a slice is not worth a task. */
  private static final long SHORTEST = 1 << 16;

  private static final long LONGEST = StateVector.CHUNK_BYTES / Float.BYTES;

  /**
   * About as many slices as workers.
   *
   * @param workers N, at least 1
   */
  public static StateSlices of(long parameters, long optimizerState, int workers) {
    long even = (parameters + optimizerState + workers - 1) / workers;
    return new StateSlices(parameters, optimizerState, Math.max(SHORTEST, Math.min(LONGEST, even)));
  }

  /** Number of slices. */
  public int count() {
    return ofParameters() + slices(optimizerState);
  }

  /**
   * The elements of slice {@code number}; none where the optimizer state is empty, because each
   * worker keeps its own.
   */
  public StateVector cut(int number, StateVector allParameters, StateVector allOptimizerState) {
    boolean first = number < ofParameters();
    StateVector whole = first ? allParameters : allOptimizerState;
    long from = (first ? number : number - ofParameters()) * length;
    return from >= whole.length()
        ? StateVector.zeros(0)
        : whole.part(from, Math.min(length, whole.length() - from));
  }

  /** The parameters that slices {@code 0 …} give. */
  public StateVector parameters(List<StateVector> slices) {
    return StateVector.joined(slices.subList(0, ofParameters()));
  }

  /** The optimizer state that the slices after those of the parameters give. */
  public StateVector optimizerState(List<StateVector> slices) {
    return StateVector.joined(slices.subList(ofParameters(), count()));
  }

  private int ofParameters() {
    return slices(parameters);
  }

  private int slices(long elements) {
    return Math.toIntExact((elements + length - 1) / length);
  }
}
