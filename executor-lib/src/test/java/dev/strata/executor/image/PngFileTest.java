package dev.strata.executor.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** Files written piece by piece: every kind of pixel, with its exact values. */
class PngFileTest {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  @Test
  void greysOfEveryDepth() throws IOException {
    assertThat(grey(png(8, 1, GREY, bytes(0b10110001))))
        .containsExactly(255, 0, 255, 255, 0, 0, 0, 255);
    assertThat(grey(png(4, 2, GREY, bytes(0b00011011)))).containsExactly(0, 85, 170, 255);
    assertThat(grey(png(4, 4, GREY, bytes(0x01, 0xEF)))).containsExactly(0, 17, 238, 255);
    assertThat(grey(png(4, 8, GREY, bytes(0, 1, 127, 255)))).containsExactly(0, 1, 127, 255);
    // 255 · 0x0180 / 65535 = 1.49; 0x0181: 1.498; 0x0182: 1.502
    assertThat(grey(png(4, 16, GREY, bytes(0x01, 0x80, 0x01, 0x81, 0x01, 0x82, 0xFF, 0xFF))))
        .containsExactly(1, 1, 2, 255);
  }

  @Test
  void coloursOfEveryDepth() throws IOException {
    assertThat(rgb(png(2, 8, RGB, bytes(1, 2, 3, 253, 254, 255))))
        .containsExactly(1, 2, 3, 253, 254, 255);
    assertThat(rgb(png(1, 16, RGB, bytes(0x80, 0, 0x01, 0x82, 0xFE, 0x7E))))
        .containsExactly(128, 2, 254);
  }

  @Test
  void transparencyIsPassedOver() throws IOException {
    assertThat(grey(png(3, 8, GREY_ALPHA, bytes(10, 0, 20, 128, 30, 255))))
        .containsExactly(10, 20, 30);
    assertThat(rgb(png(2, 8, RGB_ALPHA, bytes(1, 2, 3, 0, 4, 5, 6, 77))))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(rgb(png(1, 16, RGB_ALPHA, bytes(0x80, 0, 0, 0, 0xFF, 0xFF, 0, 1))))
        .containsExactly(128, 0, 255);
    // One grey, or one colour, that is transparent.
    assertThat(grey(png(3, 8, GREY, bytes(10, 20, 30), chunk("tRNS", 0, 20))))
        .containsExactly(10, 20, 30);
    assertThat(grey(png(4, 2, GREY, bytes(0b00011011), chunk("tRNS", 0, 1))))
        .containsExactly(0, 85, 170, 255);
    assertThat(rgb(png(1, 8, RGB, bytes(1, 2, 3), chunk("tRNS", 0, 1, 0, 2, 0, 3))))
        .containsExactly(1, 2, 3);
  }

  @Test
  void palettesAreTheirColours() throws IOException {
    byte[] palette = chunk("PLTE", 10, 20, 30, 200, 100, 50, 255, 0, 0, 1, 1, 1);
    assertThat(rgb(png(4, 2, PALETTE, bytes(0b01001011), palette)))
        .containsExactly(200, 100, 50, 10, 20, 30, 255, 0, 0, 1, 1, 1);
    byte[] transparent = joined(palette, chunk("tRNS", 0, 128));
    assertThat(rgb(png(2, 8, PALETTE, bytes(0, 1), transparent)))
        .containsExactly(10, 20, 30, 200, 100, 50);
    // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
    assertThat(grey(png(1, 8, PALETTE, bytes(1), palette))).containsExactly(124);
  }

  @Test
  void gammaAndProfilesChangeNothing() throws IOException {
    byte[] linear = chunk("gAMA", 0, 1, 0x86, 0xA0);
    assertThat(grey(png(2, 8, GREY, bytes(100, 200), linear))).containsExactly(100, 200);
    assertThat(rgb(png(1, 8, RGB, bytes(100, 150, 90), linear))).containsExactly(100, 150, 90);
    assertThat(rgb(png(1, 8, RGB, bytes(100, 150, 90), chunk("sRGB", 0))))
        .containsExactly(100, 150, 90);
  }

  @Test
  void interlacedFilesAreTheSame() throws IOException {
    BufferedImage image = new BufferedImage(11, 7, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 77; i++) {
      image.setRGB(i % 11, i / 11, 0x010203 * i);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    }
    assertThat(out.toByteArray()[28]).as("interlaced").isEqualTo((byte) 1);
    int[] pixels = rgb(out.toByteArray());
    for (int i = 0; i < 77; i++) {
      assertThat(pixels[3 * i + 2]).isEqualTo(3 * i);
      assertThat(pixels[3 * i]).isEqualTo(i);
    }
  }

  @Test
  void damagedPiecesAreRefused() throws IOException {
    byte[] whole = png(4, 8, GREY, bytes(1, 2, 3, 4));
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x20;
      int at = i;
      // A piece whose name no longer says that it is needed is one more that is not known.
      assertThatThrownBy(() -> ImageDecoder.decode(damaged, 1, "a.png"))
          .as("byte %d", at)
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("a.png");
    }
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, 1, "a.png"))
          .isInstanceOf(StrataException.class);
    }
  }

  /** One row of pixels. */
  private byte[] png(int width, int depth, int kind, byte[] row, byte[]... before)
      throws IOException {
    file.reset();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    file.writeBytes(chunk("IHDR", 0, 0, 0, width, 0, 0, 0, 1, depth, kind, 0, 0, 0));
    for (byte[] piece : before) {
      file.writeBytes(piece);
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed, new Deflater())) {
      out.write(0);
      out.write(row);
    }
    file.writeBytes(chunk("IDAT", packed.toByteArray()));
    file.writeBytes(chunk("IEND"));
    return file.toByteArray();
  }

  private static byte[] chunk(String name, int... content) {
    return chunk(name, bytes(content));
  }

  private static byte[] chunk(String name, byte[] content) {
    byte[] named = joined(name.getBytes(StandardCharsets.US_ASCII), content);
    CRC32 sum = new CRC32();
    sum.update(named);
    return ByteBuffer.allocate(content.length + 12)
        .putInt(content.length)
        .put(named)
        .putInt((int) sum.getValue())
        .array();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static int[] grey(byte[] png) {
    return unsigned(ImageDecoder.decode(png, 1, "a.png"));
  }

  private static int[] rgb(byte[] png) {
    return unsigned(ImageDecoder.decode(png, 3, "a.png"));
  }

  private static int[] unsigned(PixelImage image) {
    int[] values = new int[image.pixels().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.pixels()[i] & 0xFF;
    }
    return values;
  }
}
