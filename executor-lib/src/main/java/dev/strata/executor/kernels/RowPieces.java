package dev.strata.executor.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Cuts a matrix into pieces of whole rows, or of parts of one row where rows are long, so that a
 * vector can be added to every row.
 */
final class RowPieces {
  private final float[] vector;
  private final float[] repeated;
  private final boolean wholeRows;

  /**
   * @param vector {@code [1, n]}
   */
  RowPieces(INDArray vector) {
    int columns = (int) vector.length();
    this.vector = new float[columns];
    FlatMemory.floats(vector).get(0, this.vector);
    wholeRows = columns <= FlatMemory.PIECE / 2;
    repeated = new float[wholeRows ? FlatMemory.PIECE / columns * columns : FlatMemory.PIECE];
    if (wholeRows) {
      for (int i = 0; i < repeated.length; i++) {
        repeated[i] = this.vector[i % columns];
      }
    }
  }

  /** The most elements of a piece. */
  int width() {
    return repeated.length;
  }

  /** Elements of the piece that begins there; pieces are asked for one after the other. */
  int next(int at, int length) {
    int count = Math.min(repeated.length, length - at);
    if (!wholeRows) {
      int column = at % vector.length;
      count = Math.min(count, vector.length - column);
      System.arraycopy(vector, column, repeated, 0, count);
    }
    return count;
  }

  /** Adds the vector's elements to the piece that was asked for last. */
  void add(float[] piece, int count) {
    for (int i = 0; i < count; i++) {
      piece[i] += repeated[i];
    }
  }
}
