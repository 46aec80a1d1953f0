package dev.strata.executor.kernels;

/**
 * The sum of many floats, added in as many lanes as a piece has elements, which the JVM compiles to
 * vector instructions. The lanes go into float64 often enough for a relative error of about 1e-6.
 */
final class LaneSum {
  private static final int FLUSH = 64;

  private final float[] lanes = new float[FlatMemory.PIECE];
  private int pieces;
  private double total;

  void add(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      lanes[i] += values[i];
    }
    if (++pieces == FLUSH) {
      flush();
    }
  }

  private void flush() {
    for (int i = 0; i < lanes.length; i++) {
      total += lanes[i];
      lanes[i] = 0;
    }
    pieces = 0;
  }

  double total() {
    flush();
    return total;
  }
}
