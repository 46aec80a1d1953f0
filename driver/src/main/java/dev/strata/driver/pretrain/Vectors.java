package dev.strata.driver.pretrain;

import dev.strata.executor.round.StateVector;
import java.util.List;

/** Pieces of flat vectors. */
final class Vectors {
  private Vectors() {}

  /** The first elements. */
  static StateVector head(StateVector vector, long length) {
    StateVector head = StateVector.zeros(length);
    for (long i = 0; i < length; i++) {
      head.set(i, vector.get(i));
    }
    return head;
  }

  /** One after the other. */
  static StateVector concatenate(List<StateVector> vectors) {
    StateVector all = StateVector.zeros(vectors.stream().mapToLong(StateVector::length).sum());
    long at = 0;
    for (StateVector vector : vectors) {
      for (long i = 0; i < vector.length(); i++) {
        all.set(at++, vector.get(i));
      }
    }
    return all;
  }
}
