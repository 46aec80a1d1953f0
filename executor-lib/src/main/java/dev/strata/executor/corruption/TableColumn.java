package dev.strata.executor.corruption;

import java.io.Serializable;

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
}
