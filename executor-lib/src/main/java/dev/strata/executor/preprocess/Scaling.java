package dev.strata.executor.preprocess;

/** Scaling of numbers, fitted on training rows only; one-hot elements are not scaled. */
public enum Scaling {
  NONE,
  /** {@code (x - mean) / deviation}, population deviation; a constant element is only shifted. */
  STANDARD,
  /** {@code (x - minimum) / (maximum - minimum)}; a constant element is only shifted. */
  MIN_MAX,
  /** {@code x / divisor} */
  DIVIDE_BY,
  /**
   * {@code (x - median) / (third quartile - first quartile)}; an element whose quartiles are equal
   * is only shifted.
   */
  ROBUST,
  /** {@link #STANDARD} of {@code sign(x) · log(1 + |x|)}. */
  LOG,
  /** {@link QuantileCurve}: the normal distribution's value of the same rank. */
  QUANTILE_NORMAL,
  /** {@link Bins}: several elements a number, one for each of at most 16 bins. */
  PIECEWISE_LINEAR,
  /** {@link AutomaticScaling}: chosen by the training rows. No fitted preprocessing has it. */
  AUTO;

  /** Bounds of the bins of {@link #PIECEWISE_LINEAR}. */
  private static final int BOUNDS = 17;

  /** Quantiles of {@link #QUANTILE_NORMAL} where there are as many rows, as in scikit-learn. */
  private static final int NORMAL_QUANTILES = 1000;

  /** Minimum, quartiles and maximum. */
  private static final int ROBUST_QUANTILES = 5;

  /** Whether a number is only shifted and divided, as a reader of stored bytes can do it. */
  public boolean isAffine() {
    return this != LOG && this != QUANTILE_NORMAL && this != PIECEWISE_LINEAR;
  }

  /** Whether training rows decide anything. */
  public boolean isFitted() {
    return this != NONE && this != DIVIDE_BY;
  }

  /** Whether every training row's number lies in [0, 1], or may do so. */
  public boolean keepsUnitRange() {
    return this == NONE
        || this == MIN_MAX
        || this == DIVIDE_BY
        || this == PIECEWISE_LINEAR
        || this == AUTO;
  }

  /** Whether mean and deviation are those of the numbers themselves. */
  boolean needsMoments() {
    return this == STANDARD || this == LOG;
  }

  /**
   * How many quantiles it needs, at even levels from the minimum to the maximum.
   *
   * @param rows that have a value
   * @return 0 where it needs none
   */
  int quantiles(long rows) {
    return switch (this) {
      case ROBUST -> ROBUST_QUANTILES;
      case QUANTILE_NORMAL, AUTO -> (int) Math.max(1, Math.min(NORMAL_QUANTILES, rows));
      case PIECEWISE_LINEAR -> BOUNDS;
      default -> 0;
    };
  }

  /** Most elements that a number has. */
  public int mostElements() {
    return this == PIECEWISE_LINEAR ? BOUNDS - 1 : 1;
  }
}
