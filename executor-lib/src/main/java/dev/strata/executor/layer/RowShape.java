package dev.strata.executor.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shape of one row between two layers: {@code [width]}, or {@code [width, steps]} where it has a
 * vector for each position of a text.
 *
 * @param width numbers of a vector; 0 where a row is something else, as among convolutions of
 *     images
 * @param steps positions; 0 for one vector
 * @param zeroPadded whether the positions behind a text's end hold zeros
 */
public record RowShape(int width, int steps, boolean zeroPadded) {
  public static RowShape vector(int width) {
    return new RowShape(width, 0, false);
  }

  /**
   * What the rows of an activation are.
   *
   * @param zeroPadded whether the positions behind a text's end hold zeros
   */
  public static RowShape of(INDArray activation, boolean zeroPadded) {
    return switch (activation.rank()) {
      case 2 -> vector(Math.toIntExact(activation.size(1)));
      case 3 ->
          new RowShape(
              Math.toIntExact(activation.size(1)), Math.toIntExact(activation.size(2)), zeroPadded);
      default -> vector(0);
    };
  }

  public boolean isSequence() {
    return steps > 0;
  }

  public boolean isKnown() {
    return width > 0;
  }

  /** Whether a layer that is made for the other can stand on this. */
  public boolean suits(RowShape other) {
    return width == other.width && isSequence() == other.isSequence();
  }

  /** In messages. */
  public String words() {
    return width + (isSequence() ? " numbers per word" : " numbers");
  }
}
