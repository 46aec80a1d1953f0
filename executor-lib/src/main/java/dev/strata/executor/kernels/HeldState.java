package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An updater's state in arrays of the JVM, where the loops of a {@link StepRule} find it without a
 * copy. The first step reads it from the updater's vectors, and {@link #release} writes it back;
 * until then the vectors keep their old values. Each vector is cut into pieces at multiples of
 * {@link FlatMemory#PIECE}.
 *
 * <p>For one thread at a time.
 */
public final class HeldState {
  /** Those whose numbers are in the pieces; none where nothing is held. */
  private List<INDArray> vectors = List.of();

  private float[][][] pieces = {};

  /**
   * Makes the state of a rule the one that is held.
   *
   * @param state vectors that {@link FlatMemory} accepts
   */
  void hold(List<INDArray> state) {
    if (isSame(state)) {
      return;
    }
    release();
    float[][][] read = new float[state.size()][][];
    for (int i = 0; i < read.length; i++) {
      read[i] = pieces(state.get(i).length());
      FloatBuffer memory = FlatMemory.floats(state.get(i));
      for (int p = 0; p < read[i].length; p++) {
        memory.get(p * FlatMemory.PIECE, read[i][p]);
      }
    }
    pieces = read;
    vectors = List.copyOf(state);
  }

  /** Writes what is held back to the updater's vectors, from which the next step reads it again. */
  public void release() {
    for (int i = 0; i < pieces.length; i++) {
      FloatBuffer memory = FlatMemory.floats(vectors.get(i));
      for (int p = 0; p < pieces[i].length; p++) {
        memory.put(p * FlatMemory.PIECE, pieces[i][p]);
      }
    }
    pieces = new float[0][][];
    vectors = List.of();
  }

  /**
   * The same piece of each vector.
   *
   * @param into filled with references
   */
  void piece(int number, float[][] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = pieces[i][number];
    }
  }

  private boolean isSame(List<INDArray> state) {
    if (state.size() != vectors.size()) {
      return false;
    }
    for (int i = 0; i < state.size(); i++) {
      if (state.get(i) != vectors.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static float[][] pieces(long length) {
    int whole = (int) (length / FlatMemory.PIECE);
    int rest = (int) (length % FlatMemory.PIECE);
    float[][] pieces = new float[rest == 0 ? whole : whole + 1][];
    for (int p = 0; p < pieces.length; p++) {
      pieces[p] = new float[p < whole ? FlatMemory.PIECE : rest];
    }
    return pieces;
  }
}
