package dev.strata.executor.corruption;

import dev.strata.executor.random.RandomStream;

/**
 * A corruption whose rows are never the original: what comes out equal is made again with the next
 * random numbers, a few times.
 */
final class DifferentRow implements Corruption {
  /** Steps that undo each other by chance do not do so often; others always. */
  private static final int ATTEMPTS = 16;

  private final Corruption corruption;
  private float[] original = new float[0];

  DifferentRow(Corruption corruption) {
    this.corruption = corruption;
  }

  @Override
  public boolean corrupt(float[] row, RandomStream random) {
    if (original.length != row.length) {
      original = new float[row.length];
    }
    System.arraycopy(row, 0, original, 0, row.length);
    for (int i = 0; i < ATTEMPTS; i++) {
      boolean changed = corruption.corrupt(row, random);
      if (changed && differs(row)) {
        return true;
      }
      System.arraycopy(original, 0, row, 0, row.length);
      if (!changed) {
        return false;
      }
    }
    return false;
  }

  /** Zeros of either sign are one value. */
  private boolean differs(float[] row) {
    for (int i = 0; i < row.length; i++) {
      if (row[i] != original[i]) {
        return true;
      }
    }
    return false;
  }
}
