package dev.strata.executor.learner;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * Windows over images whose pixels lie row by row, the channels of a pixel side by side. All
 * numbers of a window are {@code [high, wide, channels]}, padding included, one after the other.
 *
 * @param in height, width and channels of an image
 * @param kernel height and width of a window
 * @param stride pixels between windows
 * @param dilation pixels between neighbours of a window
 * @param before rows above and columns left of an image that windows reach to
 * @param out rows and columns of windows
 */
record ImageWindows(int[] in, int[] kernel, int[] stride, int[] dilation, int[] before, int[] out) {
  /** As DL4J lays them: TensorFlow's padding with mode {@code Same}, else none. */
  static ImageWindows of(
      int[] in, int[] kernel, int[] stride, int[] dilation, ConvolutionMode mode) {
    int[] before = new int[2];
    int[] out = new int[2];
    for (int side = 0; side < 2; side++) {
      int reach = dilation[side] * (kernel[side] - 1) + 1;
      if (mode == ConvolutionMode.Same) {
        out[side] = (in[side] + stride[side] - 1) / stride[side];
        before[side] = Math.max(0, (out[side] - 1) * stride[side] + reach - in[side]) / 2;
      } else {
        out[side] = (in[side] - reach) / stride[side] + 1;
      }
    }
    return new ImageWindows(in, kernel, stride, dilation, before, out);
  }

  int channels() {
    return in[2];
  }

  /** Numbers of an image. */
  int pixels() {
    return in[0] * in[1] * in[2];
  }

  /** Windows of an image. */
  int windows() {
    return out[0] * out[1];
  }

  /** Numbers of a window. */
  int width() {
    return kernel[0] * kernel[1] * in[2];
  }

  /** Rows of an image with all that windows reach to. */
  private int paddedRows() {
    return Math.max(
        before[0] + in[0], (out[0] - 1) * stride[0] + dilation[0] * (kernel[0] - 1) + 1);
  }

  private int paddedColumns() {
    return Math.max(
        before[1] + in[1], (out[1] - 1) * stride[1] + dilation[1] * (kernel[1] - 1) + 1);
  }

  /** An array for an image with its padding. */
  float[] padded() {
    return new float[paddedRows() * paddedColumns() * in[2]];
  }

  /**
   * The numbers of all windows of an image.
   *
   * @param image from where its first number is
   * @param padded scratch, its padding 0
   * @param into {@code [windows, width]}, from {@code at} on
   */
  void gather(float[] image, int from, float[] padded, float[] into, int at) {
    int line = in[1] * in[2];
    int wide = paddedColumns() * in[2];
    for (int y = 0; y < in[0]; y++) {
      System.arraycopy(
          image, from + y * line, padded, (before[0] + y) * wide + before[1] * in[2], line);
    }
    boolean joined = dilation[1] == 1;
    int run = joined ? kernel[1] * in[2] : in[2];
    int runs = joined ? 1 : kernel[1];
    int target = at;
    for (int y = 0; y < out[0]; y++) {
      for (int x = 0; x < out[1]; x++) {
        for (int i = 0; i < kernel[0]; i++) {
          int source = (y * stride[0] + i * dilation[0]) * wide + x * stride[1] * in[2];
          for (int j = 0; j < runs; j++) {
            copy(padded, source + j * dilation[1] * in[2], into, target, run);
            target += run;
          }
        }
      }
    }
  }

  /** A call of arraycopy costs more than a few numbers. */
  private static void copy(float[] from, int source, float[] into, int target, int count) {
    if (count > 16) {
      System.arraycopy(from, source, into, target, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      into[target + i] = from[source + i];
    }
  }

  /**
   * Sums of the windows' numbers at each pixel: the transpose of {@link #gather}.
   *
   * @param windows {@code [windows, width]}, from {@code at} on
   * @param padded scratch
   * @param image written from {@code into} on
   */
  void scatter(float[] windows, int at, float[] padded, float[] image, int into) {
    Arrays.fill(padded, 0);
    int line = in[1] * in[2];
    int wide = paddedColumns() * in[2];
    boolean joined = dilation[1] == 1;
    int run = joined ? kernel[1] * in[2] : in[2];
    int runs = joined ? 1 : kernel[1];
    int source = at;
    for (int y = 0; y < out[0]; y++) {
      for (int x = 0; x < out[1]; x++) {
        for (int i = 0; i < kernel[0]; i++) {
          int target = (y * stride[0] + i * dilation[0]) * wide + x * stride[1] * in[2];
          for (int j = 0; j < runs; j++) {
            add(windows, source, padded, target + j * dilation[1] * in[2], run);
            source += run;
          }
        }
      }
    }
    for (int y = 0; y < in[0]; y++) {
      System.arraycopy(
          padded, (before[0] + y) * wide + before[1] * in[2], image, into + y * line, line);
    }
  }

  private static void add(float[] from, int source, float[] into, int target, int count) {
    for (int i = 0; i < count; i++) {
      into[target + i] += from[source + i];
    }
  }
}
