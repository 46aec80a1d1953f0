package dev.strata.executor.image;

import java.util.Arrays;

/**
 * An image as unsigned bytes, row by row from the top left, the channels of a pixel side by side.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels {@code height · width · channels} bytes
 */
public record PixelImage(int height, int width, int channels, byte[] pixels) {
  private static final int COLOURS = 3;

  public PixelImage {
    if (height < 1 || width < 1 || pixels.length != (long) height * width * channels) {
      throw new IllegalArgumentException(
          "%d × %d × %d with %d bytes".formatted(height, width, channels, pixels.length));
    }
  }

  /** In messages: {@code 112 × 92}. */
  public String size() {
    return height + " × " + width;
  }

  /**
   * The same in grey or in colours; grey of colours is 0.299 red + 0.587 green + 0.114 blue (ITU-R
   * BT.601), rounded.
   */
  PixelImage in(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] other = new byte[height * width * wanted];
    for (int i = 0; i < height * width; i++) {
      if (wanted == 1) {
        other[i] = grey(pixels[COLOURS * i], pixels[COLOURS * i + 1], pixels[COLOURS * i + 2]);
      } else {
        Arrays.fill(other, COLOURS * i, COLOURS * (i + 1), pixels[i]);
      }
    }
    return new PixelImage(height, width, wanted, other);
  }

  /** The weights times 2^16; their sum is 2^16. */
  private static byte grey(byte red, byte green, byte blue) {
    int sum = 19595 * (red & 0xFF) + 38470 * (green & 0xFF) + 7471 * (blue & 0xFF);
    return (byte) (sum + (1 << 15) >> 16);
  }
}
