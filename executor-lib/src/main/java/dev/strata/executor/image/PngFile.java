package dev.strata.executor.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.zip.CRC32;

/**
 * PNG files: the stored values, interlaced or not. Values v of b bits become {@code 255 v / (2^b -
 * 1)}, rounded; indices become the palette's colours. Transparency is ignored (a pixel has the
 * colour that is stored for it), and so are gamma and colour profiles, as by libpng without options
 * and by Pillow.
 */
final class PngFile {
  private static final int SIGNATURE = 8;
  private static final int AROUND_CONTENT = 12;
  private static final int COLOURS = 3;
  private static final int BYTE = 255;

  private PngFile() {}

  /** Whether a file begins as one. */
  static boolean is(byte[] bytes) {
    return bytes.length >= 4
        && (bytes[0] & 0xFF) == 0x89
        && bytes[1] == 'P'
        && bytes[2] == 'N'
        && bytes[3] == 'G';
  }

  /**
   * @throws IOException where a piece that the pixels depend on is damaged, or the end is missing
   */
  static PixelImage read(byte[] bytes) throws IOException {
    requireSound(bytes);
    return pixels(JdkReader.PNG.image(bytes));
  }

  /** The JDK's reader does not check checksums: it would read damaged pixels without an error. */
  private static void requireSound(byte[] bytes) throws IOException {
    int next = SIGNATURE;
    while (true) {
      if (next + AROUND_CONTENT > bytes.length) {
        throw new IOException("file ends before the end of the image");
      }
      int length = number(bytes, next);
      if (length < 0 || length > bytes.length - next - AROUND_CONTENT) {
        throw new IOException("file ends before the end of the image");
      }
      // Upper case: the pixels depend on it.
      boolean critical = Character.isUpperCase(bytes[next + 4]);
      if (critical) {
        CRC32 sum = new CRC32();
        sum.update(bytes, next + 4, length + 4);
        if ((int) sum.getValue() != number(bytes, next + 8 + length)) {
          throw new IOException(
              "a damaged chunk %s (checksum %08x instead of %08x)"
                  .formatted(name(bytes, next), sum.getValue(), number(bytes, next + 8 + length)));
        }
      }
      if (name(bytes, next).equals("IEND")) {
        return;
      }
      next += AROUND_CONTENT + length;
    }
  }

  private static String name(byte[] bytes, int chunk) {
    StringBuilder name = new StringBuilder();
    for (int i = 4; i < 8; i++) {
      name.append((char) (bytes[chunk + i] & 0x7F));
    }
    return name.toString();
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | bytes[at + 3] & 0xFF;
  }

  /** From the raster: the JDK's colour conversions would take greys for linear light. */
  private static PixelImage pixels(BufferedImage image) {
    Raster raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    IndexColorModel palette =
        image.getColorModel() instanceof IndexColorModel indexed ? indexed : null;
    int bands = raster.getNumBands();
    int channels = palette == null && bands < COLOURS ? 1 : COLOURS;
    int highest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    int[] line = new int[width * bands];
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
    int next = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, line);
      for (int x = 0; x < width; x++) {
        if (palette != null) {
          int rgb = palette.getRGB(line[x]);
          pixels[next++] = (byte) (rgb >> 16);
          pixels[next++] = (byte) (rgb >> 8);
          pixels[next++] = (byte) rgb;
          continue;
        }
        for (int c = 0; c < channels; c++) {
          pixels[next++] = (byte) ((2 * BYTE * line[x * bands + c] + highest) / (2 * highest));
        }
      }
    }
    return new PixelImage(height, width, channels, pixels);
  }
}
