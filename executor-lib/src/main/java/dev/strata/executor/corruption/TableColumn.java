package dev.strata.executor.corruption;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * A source column (of a vector each number is one) in an encoded row, and how often training rows
 * have which of its values.
 *
 * @param name in messages
 * @param oneHot whether its elements are 0 but for one; otherwise it is one number
 * @param offset its first element
 * @param width its elements
 * @param values of a number: the encoded values, ascending; empty where they are not known, and
 *     where {@code oneHot}
 * @param counts rows of each value; where {@code oneHot}, with its element set
 */
public record TableColumn(
    String name, boolean oneHot, int offset, int width, float[] values, long[] counts)
    implements Serializable {
  /** Whether it is known how often rows have which value. */
  boolean known() {
    return counts.length > 0;
  }

  /** Rows of each value. */
  double[] weights() {
    return LongStream.of(counts).asDoubleStream().toArray();
  }

  /** Values that training rows have. */
  long distinct() {
    return LongStream.of(counts).filter(n -> n > 0).count();
  }

  /** Which of the values a row has; −1: none of them. */
  int valueIn(float[] row) {
    if (!oneHot) {
      // Adding zero makes the negative zero positive, as the values were counted.
      return Math.max(-1, Arrays.binarySearch(values, row[offset] + 0f));
    }
    for (int i = 0; i < width; i++) {
      if (row[offset + i] != 0f) {
        return i;
      }
    }
    return -1;
  }

  /** Makes it another value of a row. */
  void put(float[] row, int value) {
    if (!oneHot) {
      row[offset] = values[value];
      return;
    }
    Arrays.fill(row, offset, offset + width, 0f);
    row[offset + value] = 1f;
  }
}
