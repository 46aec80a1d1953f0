package dev.strata.driver.visualization;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * PNG files (ISO/IEC 15948) without java.desktop, which a server's Java may lack: 8 bits of a
 * palette where 256 colours are enough, else 8 bits a channel. The bytes are a function of the
 * pixels.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int MOST_COLOURS = 256;
  private static final byte TRUE_COLOUR = 2;
  private static final byte PALETTE = 3;

  private Png() {}

  /**
   * @param pixels {@code 0xRRGGBB}, row by row from the top
   */
  static byte[] encode(int width, int height, int[] pixels) {
    Map<Integer, Integer> colours = new LinkedHashMap<>();
    for (int i = 0; i < pixels.length && colours.size() <= MOST_COLOURS; i++) {
      colours.putIfAbsent(pixels[i], colours.size());
    }
    boolean palette = colours.size() <= MOST_COLOURS;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put(palette ? PALETTE : TRUE_COLOUR).put(new byte[3]);
    chunk(file, "IHDR", header.array());
    if (palette) {
      ByteBuffer entries = ByteBuffer.allocate(3 * colours.size());
      colours.keySet().forEach(colour -> put(entries, colour));
      chunk(file, "PLTE", entries.array());
    }
    chunk(file, "IDAT", deflated(lines(width, height, pixels, palette ? colours : null)));
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  /** Each line begins with its filter: 0, none. */
  private static byte[] lines(
      int width, int height, int[] pixels, Map<Integer, Integer> coloursOrNull) {
    ByteBuffer lines = ByteBuffer.allocate(height * (1 + width * (coloursOrNull == null ? 3 : 1)));
    for (int y = 0; y < height; y++) {
      lines.put((byte) 0);
      for (int x = 0; x < width; x++) {
        int colour = pixels[y * width + x];
        if (coloursOrNull == null) {
          put(lines, colour);
        } else {
          lines.put((byte) (int) coloursOrNull.get(colour));
        }
      }
    }
    return lines.array();
  }

  private static void put(ByteBuffer to, int colour) {
    to.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
  }

  private static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.array(), 4, 4 + content.length);
    file.writeBytes(chunk.putInt((int) checksum.getValue()).array());
  }
}
