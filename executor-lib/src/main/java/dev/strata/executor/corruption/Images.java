package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/** What corruptions of images share. */
final class Images {
  private Images() {}

  /** Makes an image of another one. */
  @FunctionalInterface
  interface Redrawing {
    /**
     * @param from the image as it was
     * @param to the row, overwritten
     */
    void draw(float[] from, float[] to, RandomStream random);
  }

  /** A corruption that computes each image from a copy of it. */
  static Corruption redrawn(ImageShape shape, Redrawing redrawing) {
    float[] before = new float[shape.length()];
    return (row, random) -> {
      System.arraycopy(row, 0, before, 0, before.length);
      redrawing.draw(before, row, random);
      return true;
    };
  }

  /**
   * The shape of the rows.
   *
   * @throws StrataException (configuration) where rows are not known to be images
   */
  static ImageShape shape(String at, CorruptionSpec spec, RowFacts facts) {
    if (facts.image() == null) {
      throw StrataException.configuration(
              spec.type() + " needs images, but the rows have no height and width")
          .key(at + ".type")
          .found("rows of " + facts.width() + (facts.texts() ? " words" : " numbers"))
          .expected(
              at.startsWith("training.")
                  ? "network.image { height = …, width = … }, or no such augmentation"
                  : "task.image-shape = [height, width], or another corruption")
          .build();
    }
    return facts.image();
  }

  /**
   * @throws StrataException (configuration) where a length exceeds an image's shorter side
   */
  static void requireWithin(String key, int length, ImageShape shape) {
    int most = Math.min(shape.height(), shape.width());
    if (length > most) {
      throw StrataException.configuration("the images are too small for this setting")
          .key(key)
          .found(length)
          .expected(
              "at most "
                  + most
                  + ", as images have "
                  + shape.height()
                  + " × "
                  + shape.width()
                  + " pixels")
          .build();
    }
  }
}
