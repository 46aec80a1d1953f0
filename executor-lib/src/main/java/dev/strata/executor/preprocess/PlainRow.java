package dev.strata.executor.preprocess;

/**
 * One row of a source as plain values, before any statistics are applied. A missing number is NaN,
 * a missing text null.
 *
 * @param bytes all numbers as unsigned bytes, in the order of the features; null where {@code
 *     numbers} holds them
 * @param numbers all numbers in the order of the features; null where {@code bytes} holds them
 * @param texts one for each categorical column, in the order of the features
 * @param labelClass null where unlabelled, of values, or missing
 * @param labelValues null where unlabelled, of classes, or missing
 * @param weight 1 where rows have none
 * @param group null where rows belong to none
 * @param fate whether a policy leaves the row out
 */
public record PlainRow(
    byte[] bytes,
    double[] numbers,
    String[] texts,
    String labelClass,
    double[] labelValues,
    double weight,
    String group,
    Fate fate) {
  /** A row that belongs to no group. */
  public PlainRow(
      byte[] bytes,
      double[] numbers,
      String[] texts,
      String labelClass,
      double[] labelValues,
      double weight,
      Fate fate) {
    this(bytes, numbers, texts, labelClass, labelValues, weight, null, fate);
  }

  /** Fate of a row with missing values. */
  public enum Fate {
    USED,
    DROPPED_MISSING,
    DROPPED_LABEL_MISSING
  }

  /** Number {@code index} of the row, NaN where missing. */
  public double number(int index) {
    return bytes != null ? bytes[index] & 0xFF : numbers[index];
  }

  /** How many numbers the row has. */
  public int count() {
    return bytes != null ? bytes.length : numbers.length;
  }
}
