package dev.strata.executor.preprocess;

/** Plain values of a row → the numbers a network takes. Not for several threads at once. */
public final class RowEncoder {
  private final Preprocessing preprocessing;

  public RowEncoder(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** Elements of the encoded row. */
  public int width() {
    return preprocessing.inputWidth();
  }

  /** Writes the scaled features to {@code into[offset … offset + width)}. */
  public void features(PlainRow row, float[] into, int offset) {
    throw new UnsupportedOperationException();
  }
}
