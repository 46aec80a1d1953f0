package dev.strata.executor.corruption;

import dev.strata.executor.preprocess.ImageShape;

/**
 * Resamples an image: a linear map and an offset tell of each pixel which point of the source it
 * shows, both relative to the centre. Values between pixels are interpolated linearly; points
 * outside the image have the value of the nearest pixel of the edge.
 *
 * @param xx source x by x of the result
 * @param xy source x by y of the result
 * @param yx source y by x of the result
 * @param yy source y by y of the result
 * @param right pixels to the right that the image moves, before the linear map is undone
 * @param down pixels down that it moves
 */
record ImageTransform(double xx, double xy, double yx, double yy, double right, double down) {
  /**
   * @param from source pixels, row by row, the channels of a pixel side by side
   * @param to result, another array of the same shape
   */
  void apply(float[] from, float[] to, ImageShape shape) {
    int channels = shape.channels();
    double middleX = (shape.width() - 1) / 2.0;
    double middleY = (shape.height() - 1) / 2.0;
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        double atX = x - middleX - right;
        double atY = y - middleY - down;
        double sourceX = within(middleX + xx * atX + xy * atY, shape.width());
        double sourceY = within(middleY + yx * atX + yy * atY, shape.height());
        int leftPixel = (int) sourceX;
        int topPixel = (int) sourceY;
        int rightPixel = Math.min(leftPixel + 1, shape.width() - 1);
        int bottomPixel = Math.min(topPixel + 1, shape.height() - 1);
        double across = sourceX - leftPixel;
        double downwards = sourceY - topPixel;
        for (int c = 0; c < channels; c++) {
          double upper =
              from[(topPixel * shape.width() + leftPixel) * channels + c] * (1 - across)
                  + from[(topPixel * shape.width() + rightPixel) * channels + c] * across;
          double lower =
              from[(bottomPixel * shape.width() + leftPixel) * channels + c] * (1 - across)
                  + from[(bottomPixel * shape.width() + rightPixel) * channels + c] * across;
          to[(y * shape.width() + x) * channels + c] =
              (float) (upper * (1 - downwards) + lower * downwards);
        }
      }
    }
  }

  private static double within(double coordinate, int length) {
    return Math.max(0, Math.min(length - 1, coordinate));
  }
}
