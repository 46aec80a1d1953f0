package dev.strata.executor.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * JPEG files of one colour, written byte by byte: each component is one value everywhere, so that
 * any decoder gives just this value whatever its transform and its upsampling. Components, their
 * ids, sampling and markers are free, which no library's writer allows.
 */
final class FlatJpeg {
  private static final int BLOCK = 8;

  private final int[] values;
  private final int size;
  private byte[] ids;
  private int[] sampling;
  private final List<byte[]> segments = new ArrayList<>();
  private int frame = 0xC0;
  private int precision = 8;

  private FlatJpeg(int size, int... values) {
    this.size = size;
    this.values = values.clone();
    this.ids = new byte[values.length];
    this.sampling = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ids[i] = (byte) (i + 1);
      sampling[i] = 1;
    }
  }

  /** {@code size × size} pixels; ids 1, 2 …, no subsampling, no marker of a colour space. */
  static FlatJpeg of(int size, int... values) {
    return new FlatJpeg(size, values);
  }

  FlatJpeg ids(String letters) {
    ids = letters.getBytes(StandardCharsets.ISO_8859_1);
    return this;
  }

  /** Horizontal and vertical sampling factor of each component. */
  FlatJpeg sampling(int... factors) {
    sampling = factors.clone();
    return this;
  }

  FlatJpeg jfif() {
    return segment(0xE0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
  }

  /** The marker of Adobe: 0 (RGB or CMYK), 1 (YCbCr) or 2 (YCCK). */
  FlatJpeg adobe(int transform) {
    return segment(0xEE, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform);
  }

  FlatJpeg segment(int marker, int... content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, marker, content);
    segments.add(out.toByteArray());
    return this;
  }

  /** Another frame: 0xC1 extended, 0xC2 progressive, 0xC3 lossless, 0xC9 arithmetic coding. */
  FlatJpeg frame(int marker, int bits) {
    frame = marker;
    precision = bits;
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xFF);
    out.write(0xD8);
    segments.forEach(out::writeBytes);
    int[] table = new int[1 + 64];
    java.util.Arrays.fill(table, 1, table.length, 1);
    write(out, 0xDB, table);
    write(out, frame, frameHeader());
    // Huffman codes of four bits for the twelve categories of differences, of one bit for "the
    // end".
    write(
        out, 0xC4, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
        9, 10, 11);
    write(out, 0xC4, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    write(out, 0xDA, scanHeader());
    scan(out);
    out.write(0xFF);
    out.write(0xD9);
    return out.toByteArray();
  }

  private int[] frameHeader() {
    int[] header = new int[6 + 3 * values.length];
    header[0] = precision;
    header[1] = size >> 8;
    header[2] = size & 0xFF;
    header[3] = size >> 8;
    header[4] = size & 0xFF;
    header[5] = values.length;
    for (int i = 0; i < values.length; i++) {
      header[6 + 3 * i] = ids[i] & 0xFF;
      header[7 + 3 * i] = sampling[i] << 4 | sampling[i];
    }
    return header;
  }

  private int[] scanHeader() {
    int[] header = new int[4 + 2 * values.length];
    header[0] = values.length;
    for (int i = 0; i < values.length; i++) {
      header[1 + 2 * i] = ids[i] & 0xFF;
    }
    header[header.length - 2] = frame == 0xC2 ? 0 : 63;
    return header;
  }

  private void scan(ByteArrayOutputStream out) {
    Bits bits = new Bits(out);
    int most = java.util.Arrays.stream(sampling).max().orElseThrow();
    // A scan of one component has no interleaving: its blocks come one by one.
    int unit = values.length == 1 ? BLOCK : BLOCK * most;
    int units = (size + unit - 1) / unit;
    int[] last = new int[values.length];
    for (int i = 0; i < units * units; i++) {
      for (int c = 0; c < values.length; c++) {
        int blocks = values.length == 1 ? 1 : sampling[c] * sampling[c];
        for (int b = 0; b < blocks; b++) {
          // The DC coefficient of a constant v is 8 (v - 128), its quantum 1.
          int coefficient = BLOCK * (values[c] - 128);
          bits.difference(coefficient - last[c]);
          last[c] = coefficient;
          if (frame != 0xC2) {
            bits.write(0, 1);
          }
        }
      }
    }
    bits.end();
  }

  private static void write(ByteArrayOutputStream out, int marker, int... content) {
    out.write(0xFF);
    out.write(marker);
    out.write(content.length + 2 >> 8);
    out.write(content.length + 2 & 0xFF);
    for (int b : content) {
      out.write(b);
    }
  }

  private static final class Bits {
    private final ByteArrayOutputStream out;
    private int pending;
    private int count;

    Bits(ByteArrayOutputStream out) {
      this.out = out;
    }

    void difference(int value) {
      int category = 32 - Integer.numberOfLeadingZeros(Math.abs(value));
      write(category, 4);
      write(value < 0 ? value + (1 << category) - 1 : value, category);
    }

    void write(int value, int length) {
      for (int i = length - 1; i >= 0; i--) {
        pending = pending << 1 | value >> i & 1;
        if (++count == 8) {
          out.write(pending);
          if (pending == 0xFF) {
            out.write(0);
          }
          pending = 0;
          count = 0;
        }
      }
    }

    void end() {
      while (count != 0) {
        write(1, 1);
      }
    }
  }
}
