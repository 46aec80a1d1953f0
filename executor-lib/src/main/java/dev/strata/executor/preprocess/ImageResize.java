package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * Images of one size made to another: rows of {@code fromHeight · fromWidth} numbers become rows of
 * {@code toHeight · toWidth}, both row by row from the top left; each channel of an image of
 * colours by itself.
 *
 * <p>Linear interpolation along each axis, with the triangle filter widened by the scale where the
 * image shrinks, so that no pixel is skipped (as image libraries do it under the name bilinear): of
 * an axis with scale s = from / to, output i is the mean of the inputs j weighted by {@code max(0,
 * 1 - |j + 0.5 - (i + 0.5) s| / max(1, s))}.
 *
 * @param channels numbers of a pixel, side by side; null: one
 */
public record ImageResize(
    int fromHeight,
    int fromWidth,
    int toHeight,
    int toWidth,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer channels)
    implements Serializable {
  public ImageResize {
    if (Math.min(Math.min(fromHeight, fromWidth), Math.min(toHeight, toWidth)) < 1) {
      throw new IllegalArgumentException(
          "%d × %d to %d × %d".formatted(fromHeight, fromWidth, toHeight, toWidth));
    }
  }

  /** Of images of one channel. */
  public ImageResize(int fromHeight, int fromWidth, int toHeight, int toWidth) {
    this(fromHeight, fromWidth, toHeight, toWidth, null);
  }

  /** Numbers of a pixel. */
  @JsonIgnore
  public int pixelNumbers() {
    return channels == null ? 1 : channels;
  }

  /** Numbers of a row before. */
  public int from() {
    return Math.multiplyExact(Math.multiplyExact(fromHeight, fromWidth), pixelNumbers());
  }

  /** Numbers of a row after. */
  public int to() {
    return Math.multiplyExact(Math.multiplyExact(toHeight, toWidth), pixelNumbers());
  }

  /** In messages: {@code 32 × 32 to 28 × 28}. */
  public String words() {
    return "%d × %d to %d × %d".formatted(fromHeight, fromWidth, toHeight, toWidth);
  }

  /**
   * An image of {@link #to()} numbers; a number that is missing (NaN) spreads to its neighbours.
   */
  public double[] apply(double[] image) {
    if (image.length != from()) {
      throw new IllegalArgumentException(image.length + " numbers instead of " + from());
    }
    Axis across = Axis.of(fromWidth, toWidth);
    Axis down = Axis.of(fromHeight, toHeight);
    int step = pixelNumbers();
    double[] narrowed = new double[fromHeight * toWidth * step];
    for (int y = 0; y < fromHeight; y++) {
      for (int x = 0; x < toWidth * step; x++) {
        int first = y * fromWidth * step + x % step;
        narrowed[y * toWidth * step + x] = across.sum(x / step, image, first, step);
      }
    }
    double[] resized = new double[to()];
    int line = toWidth * step;
    for (int y = 0; y < toHeight; y++) {
      for (int x = 0; x < line; x++) {
        resized[y * line + x] = down.sum(y, narrowed, x, line);
      }
    }
    return resized;
  }

  /** Bytes of an image, rounded to the nearest. */
  public byte[] apply(byte[] image) {
    double[] numbers = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      numbers[i] = image[i] & 0xFF;
    }
    double[] resized = apply(numbers);
    byte[] bytes = new byte[resized.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(resized[i]);
    }
    return bytes;
  }

  /**
   * Of each output of an axis the inputs that have weight, and their weights, which sum to 1.
   *
   * @param first index of the first of them
   */
  private record Axis(int[] first, double[][] weights) {
    static Axis of(int from, int to) {
      double scale = (double) from / to;
      double width = Math.max(1, scale);
      int[] first = new int[to];
      double[][] weights = new double[to][];
      for (int i = 0; i < to; i++) {
        double middle = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) Math.floor(middle - width - 0.5));
        int end = Math.min(from, (int) Math.ceil(middle + width + 0.5));
        weights[i] = new double[end - first[i]];
        double sum = 0;
        for (int j = 0; j < weights[i].length; j++) {
          weights[i][j] = Math.max(0, 1 - Math.abs(first[i] + j + 0.5 - middle) / width);
          sum += weights[i][j];
        }
        for (int j = 0; j < weights[i].length; j++) {
          weights[i][j] /= sum;
        }
      }
      return new Axis(first, weights);
    }

    double sum(int output, double[] values, int begin, int step) {
      double sum = 0;
      for (int j = 0; j < weights[output].length; j++) {
        // A missing value spreads no further than its weight.
        if (weights[output][j] != 0) {
          sum += weights[output][j] * values[begin + (first[output] + j) * step];
        }
      }
      return sum;
    }
  }
}
