package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Maximum or mean over the windows of each channel, {@code [b · pixels, channels]} to {@code [b ·
 * windows, channels]}; what lies beyond the edges is left out.
 */
final class ImagePoolingPass implements HiddenPass {
  private final ImageWindows windows;
  private final boolean maximum;
  private final float[] above;
  private final float[] below;

  /** Of each number of the output the place in its image that it came from, for the maximum. */
  private int[] chosen = {};

  ImagePoolingPass(ImageWindows windows, boolean maximum) {
    this.windows = windows;
    this.maximum = maximum;
    this.above = new float[windows.windows() * windows.channels()];
    this.below = new float[windows.pixels()];
  }

  @Override
  public Map<String, INDArray> views() {
    return Map.of();
  }

  @Override
  public INDArray forward(INDArray pixels) {
    int count = Math.toIntExact(pixels.length() / windows.pixels());
    long[] shape = {(long) count * windows.windows(), windows.channels()};
    INDArray output = Nd4j.createUninitialized(pixels.dataType(), shape);
    FloatBuffer source = FlatMemory.floats(pixels);
    FloatBuffer target = FlatMemory.floats(output);
    if (maximum && chosen.length < count * above.length) {
      chosen = new int[count * above.length];
    }
    for (int i = 0; i < count; i++) {
      source.get(i * below.length, below);
      Arrays.fill(above, maximum ? Float.NEGATIVE_INFINITY : 0);
      pass(i * above.length, true);
      target.put(i * above.length, above);
    }
    return output;
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    if (!further) {
      return null;
    }
    int count = Math.toIntExact(epsilon.length() / above.length);
    long[] shape = {(long) count * windows.in()[0] * windows.in()[1], windows.channels()};
    INDArray down = Nd4j.createUninitialized(epsilon.dataType(), shape);
    FloatBuffer source = FlatMemory.floats(epsilon);
    FloatBuffer target = FlatMemory.floats(down);
    for (int i = 0; i < count; i++) {
      source.get(i * above.length, above);
      Arrays.fill(below, 0);
      if (maximum) {
        for (int j = 0; j < above.length; j++) {
          below[chosen[i * above.length + j]] += above[j];
        }
      } else {
        pass(0, false);
      }
      target.put(i * below.length, below);
    }
    return down;
  }

  /**
   * Goes through all windows of one image.
   *
   * @param at where its choices begin
   * @param up whether from the pixels to the windows
   */
  private void pass(int at, boolean up) {
    int channels = windows.channels();
    float share = 1f / (windows.kernel()[0] * windows.kernel()[1]);
    for (int y = 0; y < windows.out()[0]; y++) {
      for (int x = 0; x < windows.out()[1]; x++) {
        int window = (y * windows.out()[1] + x) * channels;
        int top = y * windows.stride()[0] - windows.before()[0];
        int left = x * windows.stride()[1] - windows.before()[1];
        int bottom = Math.min(top + windows.kernel()[0], windows.in()[0]);
        int right = Math.min(left + windows.kernel()[1], windows.in()[1]);
        for (int i = Math.max(0, top); i < bottom; i++) {
          for (int j = Math.max(0, left); j < right; j++) {
            int pixel = (i * windows.in()[1] + j) * channels;
            if (!up) {
              add(above, window, below, pixel, share);
            } else if (maximum) {
              choose(window, pixel, at);
            } else {
              add(below, pixel, above, window, share);
            }
          }
        }
      }
    }
  }

  private void choose(int window, int pixel, int at) {
    for (int c = 0; c < windows.channels(); c++) {
      float value = below[pixel + c];
      // What is no number passes, as through the mean; nothing is above it then.
      if (value > above[window + c] || Float.isNaN(value)) {
        above[window + c] = value;
        chosen[at + window + c] = pixel + c;
      }
    }
  }

  private void add(float[] from, int source, float[] into, int target, float share) {
    for (int c = 0; c < windows.channels(); c++) {
      into[target + c] += share * from[source + c];
    }
  }
}
