package dev.strata.executor.preprocess;

/** Scaling of numbers, fitted on training rows only; one-hot elements are not scaled. */
public enum Scaling {
  NONE,
  /** {@code (x - mean) / deviation}, population deviation; a constant element is only shifted. */
  STANDARD,
  /** {@code (x - minimum) / (maximum - minimum)}; a constant element is only shifted. */
  MIN_MAX,
  /** {@code x / divisor} */
  DIVIDE_BY
}
