package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/**
 * The image is moved by whole pixels, uniform in [−pixels, pixels] along each axis, so that it may
 * stay where it is; what comes in from outside is the nearest pixel of the edge.
 *
 * @param pixels at most, along each axis
 */
public record Shift(int pixels) implements CorruptionSpec {
  public static final String TYPE = "shift";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Numbers.atLeastOne(at + ".pixels", pixels, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    Images.requireWithin(at + ".pixels", pixels, shape);
    return Images.redrawn(
        shape, (before, row, random) -> move(before, row, shape, offset(random), offset(random)));
  }

  private int offset(RandomStream random) {
    return random.below(2 * pixels + 1) - pixels;
  }

  private static void move(float[] from, float[] to, ImageShape shape, int down, int right) {
    int channels = shape.channels();
    for (int y = 0; y < shape.height(); y++) {
      int sourceY = Math.max(0, Math.min(shape.height() - 1, y - down));
      for (int x = 0; x < shape.width(); x++) {
        int sourceX = Math.max(0, Math.min(shape.width() - 1, x - right));
        for (int c = 0; c < channels; c++) {
          to[(y * shape.width() + x) * channels + c] =
              from[(sourceY * shape.width() + sourceX) * channels + c];
        }
      }
    }
  }
}
