package dev.strata.executor.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
  @Test
  void greyMapsOfTextAndOfBytesAreTheSame() {
    byte[] text = ascii("P2 # a comment\n3 2\n# another\n255\n0 1 2\n253 254 255\n");
    byte[] binary = joined(ascii("P5\n3 2\n255\n"), 0, 1, 2, 253, 254, 255);
    PixelImage image = ImageDecoder.decode(text, 1, "a.pgm");
    assertThat(image.size()).isEqualTo("2 × 3");
    assertThat(image.pixels()).containsExactly(0, 1, 2, 253, 254, 255);
    assertThat(ImageDecoder.decode(binary, 1, "b.pgm").pixels()).isEqualTo(image.pixels());
  }

  @Test
  void otherHighestValuesAreBroughtTo255() {
    byte[] low = joined(ascii("P5 3 1 2\n"), 0, 1, 2);
    assertThat(ImageDecoder.decode(low, 1, "a").pixels()).containsExactly(0, 128, 255);
    byte[] wide = joined(ascii("P5 2 1 65535\n"), 0x80, 0x00, 0xFF, 0xFF);
    assertThat(ImageDecoder.decode(wide, 1, "a").pixels()).containsExactly(128, 255);
  }

  @Test
  void everyHighestValueIsScaledAndRounded() {
    for (int highest = 1; highest <= 65535; highest += highest < 300 ? 1 : 997) {
      boolean wide = highest > 255;
      for (int value : new int[] {0, 1, highest / 3, highest / 2, highest - 1, highest}) {
        int exact = (int) Math.round(255.0 * value / highest);
        byte[] text = ascii("P2 1 1 %d %d".formatted(highest, value));
        byte[] header = ascii("P5 1 1 %d\n".formatted(highest));
        byte[] binary = wide ? joined(header, value >> 8, value) : joined(header, value);
        String what = value + " of " + highest;
        assertThat(ImageDecoder.decode(text, 1, "a").pixels()).as(what).containsExactly(exact);
        assertThat(ImageDecoder.decode(binary, 1, "a").pixels()).as(what).containsExactly(exact);
      }
    }
  }

  @Test
  void severalImagesInOneMapAreRefused() {
    byte[] one = joined(ascii("P5\n2 1\n255\n"), 'P', '5');
    assertThat(ImageDecoder.decode(one, 1, "a").pixels()).containsExactly('P', '5');
    byte[] two = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    assertRefused(two, "more than one image in a PGM file (the second begins at byte 13)");
    assertRefused(ascii("P2 2 1 9 1 2\n# the second\nP2 2 1 9 3 4\n"), "more than one image");
    assertRefused(ascii("P2 2 1 9 1 2\nP5 2 1 9 ab"), "more than one image");
    assertThat(ImageDecoder.decode(ascii("P2 2 1 9 0 9 \r\n# end\n\n"), 1, "a").pixels())
        .containsExactly(0, 255);
    assertThat(ImageDecoder.decode(ascii("P5 2 1 99 cc\n"), 1, "a").pixels())
        .containsExactly(255, 255);
    // A header that says fewer pixels than there are.
    assertRefused(ascii("P2 2 1 9 1 2 3"), "bytes after the image's last pixel");
    assertRefused(ascii("P5 2 1 9\nabc").clone(), "value 97 above the highest, 9");
    assertRefused(ascii("P5 2 1 255\nabc"), "1 bytes after the image's last pixel, at byte 13");
  }

  @Test
  void otherMapsOfNetpbmAreNamed() {
    for (String kind : new String[] {"P1", "P3", "P4", "P6", "P7"}) {
      assertRefused(ascii(kind + "\n1 1\n255\nabc"), "Netpbm file of another type (" + kind + ")");
    }
  }

  @Test
  void greyPngsKeepTheirStoredValues() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 6; i++) {
      image.getRaster().setSample(i % 3, i / 3, 0, 40 * i);
    }
    PixelImage decoded = ImageDecoder.decode(file(image, "png"), 1, "a.png");
    assertThat(decoded.pixels()).containsExactly(0, 40, 80, 120, 160, 200);
    assertThat(decoded.height()).isEqualTo(2);
    BufferedImage wide = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    wide.getRaster().setSample(0, 0, 0, 0x8000);
    assertThat(ImageDecoder.decode(file(wide, "png"), 1, "a.png").pixels()).containsExactly(128);
  }

  @Test
  void coloursStandSideBySideAndAreWeighedForGrey() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xFF0000);
    image.setRGB(1, 0, 0x0A141E);
    byte[] png = file(image, "png");
    assertThat(ImageDecoder.decode(png, 3, "a.png").pixels())
        .containsExactly(255, 0, 0, 10, 20, 30);
    // 0.299 · 255 = 76.2; 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15
    assertThat(ImageDecoder.decode(png, 1, "a.png").pixels()).containsExactly(76, 18);
    byte[] grey = joined(ascii("P5 2 1 255\n"), 7, 8);
    assertThat(ImageDecoder.decode(grey, 3, "a").pixels()).containsExactly(7, 7, 7, 8, 8, 8);
  }

  @Test
  void palettesAreColoursNotIndices() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    image.setRGB(1, 0, 0xFFFFFF);
    assertThat(ImageDecoder.decode(file(image, "png"), 1, "a.png").pixels())
        .containsExactly(0, 255);
  }

  @Test
  void jpegsAreRead() throws IOException {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
    Arrays.fill(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), (byte) 100);
    PixelImage decoded = ImageDecoder.decode(file(image, "jpeg"), 1, "a.jpg");
    assertThat(decoded.size()).isEqualTo("8 × 16");
    for (byte pixel : decoded.pixels()) {
      assertThat(pixel & 0xFF).isBetween(98, 102);
    }
  }

  @Test
  void jpegsWithoutTheirEndAreRefused() throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, 0x9E3779B9 * i);
    }
    byte[] jpeg = file(image, "jpeg");
    assertThat(ImageDecoder.decode(jpeg, 3, "a.jpg").size()).isEqualTo("64 × 64");
    for (int missing : new int[] {2, 100, jpeg.length / 2}) {
      assertRefused(Arrays.copyOf(jpeg, jpeg.length - missing), "Truncated");
    }
    // An end in the middle: the reader would make up the rest.
    byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
    cut[cut.length - 2] = (byte) 0xFF;
    cut[cut.length - 1] = (byte) 0xD9;
    assertRefused(cut, "premature end");
  }

  @Test
  void whatIsNoImageIsRefusedByName() throws IOException {
    byte[] png = file(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png");
    assertRefused(Arrays.copyOf(png, png.length / 2), "PGM (P2, P5), PNG or JPEG");
    assertRefused(ascii("hello there"), "starts with 0x68656c6c");
    assertRefused(new byte[0], "0 bytes");
    assertRefused(ascii("P5\n30 20\n255\nabc"), "ends before the end");
    assertRefused(ascii("P2\n3 1\n9\n1 2 "), "ends before the end");
    assertRefused(ascii("P2\n3 1\n9\n1 2 10"), "value 10 above the highest, 9");
    assertRefused(ascii("P2\n3 x\n9\n1 2 1"), "0x78 instead of a number");
    assertRefused(ascii("P5\n0 3\n255\n"), "width 0");
  }

  private static void assertRefused(byte[] bytes, String words) {
    assertThatThrownBy(() -> ImageDecoder.decode(bytes, 1, "faces.zip!/s1/1.pgm"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("faces.zip!/s1/1.pgm")
        .hasMessageContaining(words);
  }

  private static byte[] file(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(byte[] header, int... pixels) {
    byte[] all = Arrays.copyOf(header, header.length + pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      all[header.length + i] = (byte) pixels[i];
    }
    return all;
  }
}
