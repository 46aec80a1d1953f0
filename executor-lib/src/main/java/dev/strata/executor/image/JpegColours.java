package dev.strata.executor.image;

import java.awt.image.Raster;

/**
 * The colour forms of JPEG → grey or red, green and blue, in integers, as libjpeg and Pillow
 * compute them; the JDK's own conversions differ for CMYK, and with the machine's colour
 * management.
 *
 * <p>An embedded ICC profile is not applied to any form, as by libjpeg, Pillow and OpenCV: numbers
 * are what the file stores. CMYK and YCCK are taken as Adobe writes them, with 255 for no ink,
 * whether the Adobe marker is there or not (so does Pillow); red is then {@code C K / 255},
 * rounded.
 */
enum JpegColours {
  GREY,
  YCBCR,
  RGB,
  CMYK,
  YCCK;

  private static final int COLOURS = 3;
  private static final int SHIFT = 16;
  private static final int HALF = 1 << SHIFT - 1;

  /** 1.402, 1.772, 0.71414 and 0.34414 (JFIF 1.02) times 2^16, rounded. */
  private static final int CR_RED = 91881;

  private static final int CB_BLUE = 116130;
  private static final int CR_GREEN = 46802;
  private static final int CB_GREEN = 22554;

  /**
   * @param raster the components as they are stored
   */
  PixelImage pixels(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int channels = this == GREY ? 1 : COLOURS;
    int bands = raster.getNumBands();
    int[] line = new int[width * bands];
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, line);
      for (int x = 0; x < width; x++) {
        convert(line, x * bands, pixels, (y * width + x) * channels);
      }
    }
    return new PixelImage(height, width, channels, pixels);
  }

  private void convert(int[] from, int at, byte[] to, int into) {
    switch (this) {
      case GREY -> to[into] = (byte) from[at];
      case RGB -> {
        for (int i = 0; i < COLOURS; i++) {
          to[into + i] = (byte) from[at + i];
        }
      }
      case YCBCR -> transformed(from, at, to, into);
      case CMYK -> {
        for (int i = 0; i < COLOURS; i++) {
          to[into + i] = product(from[at + i], from[at + COLOURS]);
        }
      }
      case YCCK -> {
        // Stored is the transform of the complements of inverted inks.
        transformed(from, at, to, into);
        for (int i = 0; i < COLOURS; i++) {
          to[into + i] = product(255 - (to[into + i] & 0xFF), from[at + COLOURS]);
        }
      }
    }
  }

  private static void transformed(int[] from, int at, byte[] to, int into) {
    int y = from[at];
    int cb = from[at + 1] - 128;
    int cr = from[at + 2] - 128;
    to[into] = bounded(y + (CR_RED * cr + HALF >> SHIFT));
    to[into + 1] = bounded(y + (-CB_GREEN * cb - CR_GREEN * cr + HALF >> SHIFT));
    to[into + 2] = bounded(y + (CB_BLUE * cb + HALF >> SHIFT));
  }

  private static byte bounded(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  /** Rounded; the half between two values does not occur, 255 being odd. */
  private static byte product(int a, int b) {
    return (byte) ((2 * a * b + 255) / 510);
  }
}
