package dev.strata.executor.layer;

import dev.strata.executor.failure.Counted;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shape of one row between two layers: {@code [width]}, {@code [width, steps]} where it has a
 * vector for each position of a text, or {@code [width, height, columns]} where it is an image of
 * {@code width} channels.
 *
 * @param width numbers of a vector, or channels of an image; 0 where a row is something else
 * @param steps positions; 0 for one vector and for images
 * @param zeroPadded whether the positions behind a text's end hold zeros
 * @param plane height and width of an image; null where a row is none
 */
public record RowShape(int width, int steps, boolean zeroPadded, Plane plane) {
  /** Height and width of an image between two layers. */
  public record Plane(int height, int width) {
    @Override
    public String toString() {
      return height + " × " + width;
    }
  }

  /** A vector, or one for each position of a text. */
  public RowShape(int width, int steps, boolean zeroPadded) {
    this(width, steps, zeroPadded, null);
  }

  public static RowShape vector(int width) {
    return new RowShape(width, 0, false);
  }

  /** An image. */
  public static RowShape image(int channels, int height, int width) {
    return new RowShape(channels, 0, false, new Plane(height, width));
  }

  /**
   * What the rows of an activation are.
   *
   * @param zeroPadded whether the positions behind a text's end hold zeros
   * @param planes whether channels come before height and width in activations of images
   */
  public static RowShape of(INDArray activation, boolean zeroPadded, boolean planes) {
    int rank = activation.rank();
    int width = rank < 2 ? 0 : Math.toIntExact(activation.size(1));
    if (rank == 2) {
      return vector(width);
    }
    if (rank == 3) {
      return new RowShape(width, Math.toIntExact(activation.size(2)), zeroPadded);
    }
    return rank == 4 && planes
        ? image(width, Math.toIntExact(activation.size(2)), Math.toIntExact(activation.size(3)))
        : vector(0);
  }

  public boolean isImage() {
    return plane != null;
  }

  /** Numbers of a row. */
  public long elements() {
    return isImage()
        ? (long) width * plane.height() * plane.width()
        : (long) width * Math.max(1, steps);
  }

  public boolean isSequence() {
    return steps > 0;
  }

  public boolean isKnown() {
    return width > 0;
  }

  /** Whether a layer that is made for the other can stand on this. */
  public boolean suits(RowShape other) {
    return width == other.width
        && isSequence() == other.isSequence()
        && Objects.equals(plane, other.plane);
  }

  /** In messages. */
  public String words() {
    if (isImage()) {
      return "images of " + plane + " with " + Counted.of(width, "channel");
    }
    return width + (isSequence() ? " numbers per word" : " numbers");
  }
}
