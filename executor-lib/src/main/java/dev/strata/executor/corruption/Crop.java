package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;
import java.util.Arrays;

/**
 * The image gets a border of {@code padding} pixels of one value on each side, and a part of its
 * own size is cut out, its place uniform (He et al. 2016, section 4.2: 4 pixels of zeros for 32 ×
 * 32).
 *
 * @param padding pixels on each side
 * @param value of the border, in the units of the scaled row
 */
public record Crop(int padding, double value) implements CorruptionSpec {
  public static final String TYPE = "crop";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Numbers.atLeastOne(at + ".padding", padding, problems);
    Numbers.finite(at + ".value", value, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    Images.requireWithin(at + ".padding", padding, shape);
    return Images.redrawn(
        shape,
        (before, row, random) ->
            cut(before, row, shape, offset(random), offset(random), (float) value));
  }

  private int offset(RandomStream random) {
    return random.below(2 * padding + 1) - padding;
  }

  /** The part of {@code from} whose first pixel is at (top, left), {@code value} outside. */
  static void cut(float[] from, float[] to, ImageShape shape, int top, int left, float value) {
    int pixels = shape.channels();
    int columns = shape.width() - Math.abs(left);
    Arrays.fill(to, value);
    for (int y = Math.max(0, -top); y < Math.min(shape.height(), shape.height() - top); y++) {
      int source = ((y + top) * shape.width() + Math.max(0, left)) * pixels;
      int target = (y * shape.width() + Math.max(0, -left)) * pixels;
      System.arraycopy(from, source, to, target, Math.max(0, columns) * pixels);
    }
  }
}
