package dev.strata.executor.kernels;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Values taken from other rows of a minibatch, each column of each row independently; the same ones
 * in every data type.
 */
public final class ColumnSwap {
  private static final long INT = 0xFFFFFFFFL;

  private ColumnSwap() {}

  /**
   * {@code into} is the source with a share of the columns replaced by the same column of another
   * row, drawn uniformly. A single row stays as it is.
   *
   * @param source {@code [b, n]}
   * @param columns widths of the columns, n together; empty: n columns of one element
   */
  public static void of(
      INDArray source, double share, List<Integer> columns, INDArray into, RandomNumbers random) {
    int rows = Math.toIntExact(source.size(0));
    int width = Math.toIntExact(source.size(1));
    int[] starts = starts(columns, width);
    int count = starts.length - 1;
    into.assign(source);
    if (rows < 2) {
      return;
    }
    FloatPieces from = FloatPieces.of(source);
    FloatPieces to = FloatPieces.of(into);
    long threshold = Math.round(share * (1L << 32));
    int[] numbers = new int[2 * count];
    float[] value = new float[width];
    for (int row = 0; row < rows; row++) {
      random.bits(numbers, numbers.length);
      for (int c = 0; c < count; c++) {
        if ((numbers[2 * c] & INT) < threshold) {
          int other = (int) (((numbers[2 * c + 1] & INT) * (rows - 1)) >>> 32);
          int chosen = other < row ? other : other + 1;
          int length = starts[c + 1] - starts[c];
          from.get(chosen * width + starts[c], value, length);
          to.put(row * width + starts[c], value, length);
        }
      }
    }
  }

  private static int[] starts(List<Integer> columns, int width) {
    int[] starts = new int[(columns.isEmpty() ? width : columns.size()) + 1];
    for (int c = 1; c < starts.length; c++) {
      starts[c] = starts[c - 1] + (columns.isEmpty() ? 1 : columns.get(c - 1));
    }
    if (starts[starts.length - 1] != width) {
      throw new IllegalArgumentException(columns + " in rows of " + width + " elements");
    }
    return starts;
  }
}
