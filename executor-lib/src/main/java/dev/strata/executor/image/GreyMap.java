package dev.strata.executor.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * Portable grey maps (PGM) of Netpbm, with numbers as text (P2) or as one or two big-endian bytes
 * (P5). Values v of a map with the highest value m become {@code 255 v / m}, rounded. The format
 * allows several images in one file; such a file is refused, and so is anything else but white
 * space behind the image, which a wrong size in the header leaves.
 */
final class GreyMap {
  private static final int HIGHEST = 0xFFFF;
  private static final int BYTE = 255;

  private final byte[] bytes;
  private int next = 2;

  private GreyMap(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether a file begins as one. */
  static boolean is(byte[] bytes) {
    return isMap(bytes, 0) && (bytes[1] == '2' || bytes[1] == '5');
  }

  /** Whether a map of Netpbm, of any kind, begins at a place. */
  static boolean isMap(byte[] bytes, int at) {
    return bytes.length > at + 2
        && bytes[at] == 'P'
        && bytes[at + 1] >= '1'
        && bytes[at + 1] <= '7'
        && (blank(bytes[at + 2]) || bytes[at + 2] == '#');
  }

  /**
   * @throws IOException that says what is wrong with the file
   */
  static PixelImage read(byte[] bytes) throws IOException {
    return new GreyMap(bytes).image();
  }

  private PixelImage image() throws IOException {
    boolean text = bytes[1] == '2';
    int width = number();
    int height = number();
    int highest = number();
    if (width < 1 || height < 1 || highest < 1 || highest > HIGHEST) {
      throw new IOException(
          "a PGM header of width %d, height %d, highest value %d"
              .formatted(width, height, highest));
    }
    int wide = highest > BYTE ? 2 : 1;
    // One byte of white space ends the header; as text, each number but the last has one after it.
    long least = (long) width * height * (text ? 2 : wide) + (text ? -1 : 1);
    if (bytes.length - next < least) {
      throw new EOFException("file ends before the end of the image");
    }
    if (!text) {
      next++;
    }
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      int value = text ? number() : stored(wide);
      if (value > highest) {
        throw new IOException("value %d above the highest, %d".formatted(value, highest));
      }
      pixels[i] = (byte) ((2 * BYTE * value + highest) / (2 * highest));
    }
    requireEnd();
    return new PixelImage(height, width, 1, pixels);
  }

  private void requireEnd() throws IOException {
    int end = next;
    while (end < bytes.length && (blank(bytes[end]) || bytes[end] == '#')) {
      end = bytes[end] == '#' ? lineEnd(end) : end + 1;
    }
    if (end == bytes.length) {
      return;
    }
    throw new IOException(
        isMap(bytes, end)
            ? "more than one image in a PGM file (the second begins at byte "
                + end
                + "); write each image to its own file"
            : "%d bytes after the image's last pixel, at byte %d"
                .formatted(bytes.length - next, next));
  }

  private int stored(int wide) {
    int value = bytes[next++] & 0xFF;
    return wide == 1 ? value : value << 8 | bytes[next++] & 0xFF;
  }

  /** The next number as text, after white space and comments. */
  private int number() throws IOException {
    while (next < bytes.length && (blank(bytes[next]) || bytes[next] == '#')) {
      next = bytes[next] == '#' ? lineEnd(next) : next + 1;
    }
    int first = next;
    int value = 0;
    while (next < bytes.length && bytes[next] >= '0' && bytes[next] <= '9') {
      value = 10 * value + bytes[next++] - '0';
      if (value > 1 << 24) {
        throw new IOException("a number above " + (1 << 24));
      }
    }
    if (next == bytes.length && first == next) {
      throw new EOFException("file ends before the end of the image");
    }
    if (first == next) {
      throw new IOException("byte 0x%02x instead of a number".formatted(bytes[next]));
    }
    return value;
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  private static boolean blank(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r';
  }
}
