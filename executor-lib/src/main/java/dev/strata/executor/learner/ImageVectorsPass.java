package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The topmost layer of images, and what makes vectors of its output: {@code [b · pixels, channels]}
 * becomes {@code [b, channels · pixels]}, channel by channel, as DL4J's dense layers take it.
 *
 * @param layer whose output that is
 * @param pixels of an image
 * @param channels of a pixel
 */
record ImageVectorsPass(HiddenPass layer, int pixels, int channels) implements HiddenPass {
  @Override
  public Map<String, INDArray> views() {
    return layer.views();
  }

  @Override
  public INDArray forward(INDArray rows) {
    INDArray images = layer.forward(rows);
    long count = images.length() / ((long) pixels * channels);
    return turned(images, pixels, channels, new long[] {count, (long) channels * pixels});
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    long rows = epsilon.length() / channels;
    return layer.back(turned(epsilon, channels, pixels, new long[] {rows, channels}), further);
  }

  /** Each image, {@code [high, wide]}, transposed. */
  private static INDArray turned(INDArray images, int high, int wide, long[] shape) {
    INDArray into = Nd4j.createUninitialized(images.dataType(), shape);
    FloatBuffer source = FlatMemory.floats(AffineMap.rows(images));
    FloatBuffer target = FlatMemory.floats(into);
    float[] image = new float[high * wide];
    float[] other = new float[high * wide];
    int count = Math.toIntExact(images.length() / image.length);
    for (int i = 0; i < count; i++) {
      source.get(i * image.length, image);
      for (int y = 0; y < high; y++) {
        for (int x = 0; x < wide; x++) {
          other[x * high + y] = image[y * wide + x];
        }
      }
      target.put(i * image.length, other);
    }
    return into;
  }
}
