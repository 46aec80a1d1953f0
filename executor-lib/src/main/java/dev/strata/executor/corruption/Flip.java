package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;

/**
 * Left and right change places.
 *
 * @param probability with which they do
 */
public record Flip(double probability) implements CorruptionSpec {
  public static final String TYPE = "flip";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    if (!(probability > 0 && probability <= 1)) {
      problems.add(at + ".probability", probability, "in (0, 1]");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    return (row, random) -> {
      if (random.uniform() < probability) {
        flip(row, shape);
      }
      return true;
    };
  }

  /** In place. */
  static void flip(float[] row, ImageShape shape) {
    int channels = shape.channels();
    for (int y = 0; y < shape.height(); y++) {
      int left = y * shape.width() * channels;
      int right = left + (shape.width() - 1) * channels;
      for (; left < right; left += channels, right -= channels) {
        for (int c = 0; c < channels; c++) {
          float pixel = row[left + c];
          row[left + c] = row[right + c];
          row[right + c] = pixel;
        }
      }
    }
  }
}
