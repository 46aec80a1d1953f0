package dev.strata.executor.preprocess;

/** What is done to numbers; one-hot elements are left as they are. Fitted on training rows only. */
public enum Scaling {
  NONE,
  /** {@code (x - mean) / deviation}, population deviation; a constant element is only shifted. */
  STANDARD,
  /** {@code (x - minimum) / (maximum - minimum)}; a constant element is only shifted. */
  MIN_MAX,
  /** {@code x / divisor} */
  DIVIDE_BY
}
