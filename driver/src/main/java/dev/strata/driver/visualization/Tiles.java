package dev.strata.driver.visualization;

import dev.strata.executor.preprocess.ImageShape;
import java.util.List;

/** Images of one shape beside and beneath each other, with a thin gap between them. */
final class Tiles {
  private static final int GAP = 2;
  private static final int MOST_SCALE = 8;

  private final ImageShape shape;
  private final int columns;
  private final int scale;

  /**
   * @param columns images beside each other
   * @param wide pixels that they may take together, about
   */
  Tiles(ImageShape shape, int columns, int wide) {
    this.shape = shape;
    this.columns = columns;
    this.scale = Math.max(1, Math.min(MOST_SCALE, wide / columns / shape.width()));
  }

  /** What the elements of an image become. */
  @FunctionalInterface
  interface Ink {
    /**
     * @param image number of the image
     * @param value one element
     */
    double shade(int image, float value);
  }

  /**
   * Paints images in reading order.
   *
   * @param signed whether shades are signed, in [-1, 1], or grey, in [0, 1]
   */
  Raster paint(List<float[]> images, Ink ink, boolean signed, int background) {
    int across = shape.width() * scale + GAP;
    int down = shape.height() * scale + GAP;
    int lines = (images.size() + columns - 1) / columns;
    Raster raster = new Raster(columns * across + GAP, lines * down + GAP);
    raster.fill(0, 0, raster.width(), raster.height(), background);
    for (int i = 0; i < images.size(); i++) {
      int left = GAP + i % columns * across;
      int top = GAP + i / columns * down;
      for (int pixel = 0; pixel < shape.height() * shape.width(); pixel++) {
        int x = left + pixel % shape.width() * scale;
        int y = top + pixel / shape.width() * scale;
        raster.fill(x, y, scale, scale, colour(images.get(i), i, pixel, ink, signed));
      }
    }
    return raster;
  }

  private int colour(float[] image, int number, int pixel, Ink ink, boolean signed) {
    if (shape.channels() == 1) {
      double shade = ink.shade(number, image[pixel]);
      return signed ? ColourScale.signed(shade) : ColourScale.grey(shade);
    }
    int colour = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      double shade = ink.shade(number, image[pixel * shape.channels() + channel]);
      colour = colour << 8 | ColourScale.grey(signed ? (1 + shade) / 2 : shade) & 0xFF;
    }
    return colour;
  }
}
