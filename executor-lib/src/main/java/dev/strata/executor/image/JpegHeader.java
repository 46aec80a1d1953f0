package dev.strata.executor.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the markers of a JPEG file say of its numbers (ITU-T T.81; the Adobe marker is that of
 * Adobe's Technical Note 5116).
 *
 * @param ids of the components
 * @param jfif whether a JFIF marker is there
 * @param adobe transform of the Adobe marker: 0 none, 1 YCbCr, 2 YCCK; {@link #NO_ADOBE} without it
 * @param plain the file without its application markers, marked as "no transform": any reader gives
 *     the components as they are stored, whatever it makes of profiles, notes and ids
 */
record JpegHeader(List<Integer> ids, boolean jfif, int adobe, byte[] plain) {
  static final int NO_ADOBE = -1;

  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int START_OF_SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final int FIRST_FRAME = 0xC0;
  private static final int LAST_FRAME = 0xCF;
  private static final int PROGRESSIVE = 0xC2;

  /** Huffman tables, JPG and conditioning of arithmetic coding: within the frames' numbers. */
  private static final List<Integer> NO_FRAMES = List.of(0xC4, 0xC8, 0xCC);

  /** Numbers of a frame header before its components, and of each component. */
  private static final int FRAME = 6;

  private static final int COMPONENT = 3;
  private static final int TRANSFORM = 11;

  private static final byte[] NO_TRANSFORM = {
    (byte) 0xFF, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  /**
   * @throws IOException that names what is not read: other precisions than 8 bits, lossless,
   *     hierarchical and arithmetic coding, other numbers of components than 1, 3 and 4
   */
  static JpegHeader of(byte[] bytes) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    plain.write(bytes, 0, 2);
    plain.writeBytes(NO_TRANSFORM);
    List<Integer> ids = List.of();
    boolean jfif = false;
    int adobe = NO_ADOBE;
    int next = 2;
    while (true) {
      int marker = marker(bytes, next);
      while (marker == 0xFF) {
        // bytes of 0xFF may fill up the space before a marker
        next++;
        marker = marker(bytes, next);
      }
      if (marker == END) {
        throw new IOException("a JPEG file without an image");
      }
      int length = length(bytes, next);
      int content = next + 4;
      int end = next + 2 + length;
      if (marker == START_OF_SCAN) {
        break;
      }
      if (marker == APP0 && says(bytes, content, end, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && says(bytes, content, end, "Adobe")) {
        adobe = content + TRANSFORM < end ? bytes[content + TRANSFORM] & 0xFF : adobe;
      } else if (isFrame(marker)) {
        ids = components(bytes, marker, content, end);
      }
      if ((marker < APP0 || marker > APP15) && marker != COMMENT) {
        plain.write(bytes, next, end - next);
      }
      next = end;
    }
    if (ids.isEmpty()) {
      throw new IOException("a JPEG image without a header");
    }
    plain.write(bytes, next, bytes.length - next);
    return new JpegHeader(ids, jfif, adobe, plain.toByteArray());
  }

  private static int marker(byte[] bytes, int at) throws IOException {
    if (at + 1 >= bytes.length) {
      throw new IOException("truncated file: ends before the image");
    }
    if ((bytes[at] & 0xFF) != 0xFF) {
      throw new IOException("byte 0x%02x at %d instead of a JPEG marker".formatted(bytes[at], at));
    }
    return bytes[at + 1] & 0xFF;
  }

  private static int length(byte[] bytes, int at) throws IOException {
    int length =
        at + 3 < bytes.length ? (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF : bytes.length;
    if (length < 2 || at + 2 + length > bytes.length) {
      throw new IOException("truncated file: ends within a JPEG header");
    }
    return length;
  }

  private static boolean says(byte[] bytes, int from, int end, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return end - from >= wanted.length
        && new String(bytes, from, wanted.length, StandardCharsets.ISO_8859_1).equals(text);
  }

  private static boolean isFrame(int marker) {
    return marker >= FIRST_FRAME && marker <= LAST_FRAME && !NO_FRAMES.contains(marker);
  }

  private static List<Integer> components(byte[] bytes, int marker, int content, int end)
      throws IOException {
    if (end - content < FRAME) {
      throw new IOException("a JPEG frame header of " + (end - content) + " bytes");
    }
    if (marker > PROGRESSIVE) {
      throw new IOException(
          "unsupported JPEG coding (frame 0x%02x: %s)"
              .formatted(
                  marker,
                  marker >= 0xC9 ? "arithmetic" : marker == 0xC3 ? "lossless" : "hierarchical"));
    }
    int bits = bytes[content] & 0xFF;
    if (bits != 8) {
      throw new IOException("a JPEG file of " + bits + " bits; only 8 bits are supported");
    }
    int count = bytes[content + FRAME - 1] & 0xFF;
    if (count != 1 && count != 3 && count != 4) {
      throw new IOException(
          "a JPEG file of " + count + " components; 1, 3 and 4 are supported (grey, colour, CMYK)");
    }
    if (end - content < FRAME + COMPONENT * count) {
      throw new IOException("a JPEG frame header of " + (end - content) + " bytes");
    }
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(bytes[content + FRAME + COMPONENT * i] & 0xFF);
    }
    return List.copyOf(ids);
  }

  /** The colours that the components stand for, by the rules of libjpeg. */
  JpegColours colours() {
    return switch (ids.size()) {
      case 1 -> JpegColours.GREY;
      case 3 -> threeComponents();
      default -> adobe == NO_ADOBE || adobe == 0 ? JpegColours.CMYK : JpegColours.YCCK;
    };
  }

  private JpegColours threeComponents() {
    if (jfif) {
      return JpegColours.YCBCR;
    }
    if (adobe != NO_ADOBE) {
      return adobe == 0 ? JpegColours.RGB : JpegColours.YCBCR;
    }
    return ids.equals(List.of((int) 'R', (int) 'G', (int) 'B'))
        ? JpegColours.RGB
        : JpegColours.YCBCR;
  }
}
