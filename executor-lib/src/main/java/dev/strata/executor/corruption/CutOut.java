package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;
import java.util.Arrays;

/**
 * Squares within the image, their places chosen uniformly, become one value (DeVries and Taylor
 * 2017, whose squares may reach beyond the edge).
 *
 * @param size of a square, pixels
 * @param count of the squares, which may overlap
 * @param value in the units of the scaled row
 */
public record CutOut(int size, int count, double value) implements CorruptionSpec {
  public static final String TYPE = "cut-out";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Numbers.atLeastOne(at + ".size", size, problems);
    Numbers.atLeastOne(at + ".count", count, problems);
    Numbers.finite(at + ".value", value, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    Images.requireWithin(at + ".size", size, shape);
    return (row, random) -> {
      for (int i = 0; i < count; i++) {
        cut(row, shape, random);
      }
      return true;
    };
  }

  private void cut(float[] row, ImageShape shape, RandomStream random) {
    int top = random.below(shape.height() - size + 1);
    int left = random.below(shape.width() - size + 1);
    for (int y = top; y < top + size; y++) {
      int first = (y * shape.width() + left) * shape.channels();
      Arrays.fill(row, first, first + size * shape.channels(), (float) value);
    }
  }
}
