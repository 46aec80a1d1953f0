package dev.strata.executor.preprocess;

import java.io.Serializable;

/**
 * Shape of an image whose pixels are the numbers of a row, row by row from the top left.
 *
 * @param channels 1 grey, 3 colours; a pixel's channels lie side by side
 */
public record ImageShape(int height, int width, int channels) implements Serializable {
  /** Elements of a row. */
  public int length() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }
}
