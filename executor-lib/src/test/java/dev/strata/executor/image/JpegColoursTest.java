package dev.strata.executor.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/**
 * Expected values by hand, from the formulas of JFIF and of Pillow's CMYK: Y 100, Cb 150, Cr 90 are
 * red 100 + 1.402 (90 - 128) = 46.7, green 100 - 0.34414 · 22 + 0.71414 · 38 = 119.6, blue 100 +
 * 1.772 · 22 = 139.0.
 */
class JpegColoursTest {
  private static final int[] TRANSFORMED = {47, 120, 139};
  private static final int[] STORED = {100, 150, 90};

  @Test
  void aCmykFileIsWhatItsInksAre() throws IOException {
    byte[] bytes;
    try (InputStream in = getClass().getResourceAsStream("/images/cmyk.jpg")) {
      bytes = in.readAllBytes();
    }
    PixelImage image = ImageDecoder.decode(bytes, 3, "cmyk.jpg");
    assertThat(image.size()).isEqualTo("12 × 12");
    // Inks (180, 120, 95, 0), (255, 195, 20, 0) and (35, 0, 240, 0), as far as JPEG keeps them.
    assertThat(pixel(image, 0, 5)).containsExactly(75, 135, 160);
    assertThat(pixel(image, 0, 0)).containsExactly(0, 60, 235);
    assertThat(pixel(image, 11, 11)).containsExactly(220, 255, 15);
    for (int y = 0; y < 12; y++) {
      for (int x = 0; x < 12; x++) {
        int[] exact = {15 * x + 5 * y, Math.min(255, 60 + 15 * x + 5 * y), 235 - 15 * x - 5 * y};
        int[] rgb = pixel(image, y, x);
        for (int c = 0; c < 3; c++) {
          assertThat(rgb[c]).as("row %d, column %d", y, x).isBetween(exact[c] - 5, exact[c] + 5);
        }
      }
    }
  }

  @Test
  void inksAreInvertedWithAndWithoutTheMarkerOfAdobe() {
    // round(100 · 200 / 255), round(150 · 200 / 255), round(90 · 200 / 255)
    int[] expected = {78, 118, 71};
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200), expected);
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200).adobe(0), expected);
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200).adobe(0).sampling(2, 1, 1, 2), expected);
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200).ids("CMYK"), expected);
    assertColour(FlatJpeg.of(16, 255, 255, 255, 255).adobe(0), 255, 255, 255);
    assertColour(FlatJpeg.of(16, 255, 255, 255, 0).adobe(0), 0, 0, 0);
  }

  @Test
  void ycckIsTransformedBeforeItsBlackIsApplied() {
    // (255 - 47) · 200 / 255 = 163.1, (255 - 120) · 200 / 255 = 105.9, (255 - 139) · … = 91.0
    int[] expected = {163, 106, 91};
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200).adobe(2), expected);
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200).adobe(2).sampling(2, 1, 1, 2), expected);
    assertColour(FlatJpeg.of(16, 100, 150, 90, 200).adobe(2).frame(0xC2, 8), expected);
  }

  @Test
  void threeComponentsAreTakenByMarkersAndIds() {
    for (int[] sampling : new int[][] {{1, 1, 1}, {2, 1, 1}}) {
      assertColour(flat(sampling), TRANSFORMED);
      assertColour(flat(sampling).jfif(), TRANSFORMED);
      assertColour(flat(sampling).adobe(1), TRANSFORMED);
      assertColour(flat(sampling).ids("abc"), TRANSFORMED);
      assertColour(flat(sampling).adobe(0), STORED);
      assertColour(flat(sampling).ids("RGB"), STORED);
      // JFIF says YCbCr, whatever else is there.
      assertColour(flat(sampling).jfif().adobe(0), TRANSFORMED);
      assertColour(flat(sampling).jfif().ids("RGB"), TRANSFORMED);
      assertColour(flat(sampling).frame(0xC2, 8), TRANSFORMED);
      assertColour(flat(sampling).frame(0xC1, 8).adobe(0), STORED);
    }
  }

  @Test
  void greyIsStored() {
    for (FlatJpeg file :
        List.of(FlatJpeg.of(9, 100), FlatJpeg.of(9, 100).jfif(), FlatJpeg.of(9, 100).adobe(0))) {
      assertColour(file, 100, 100, 100);
      assertThat(ImageDecoder.decode(file.bytes(), 1, "a").pixels()).containsOnly(100);
    }
    // 0.299 · 100 + 0.587 · 150 + 0.114 · 90 = 128.2
    assertThat(ImageDecoder.decode(flat(1, 1, 1).adobe(0).bytes(), 1, "a").pixels())
        .containsOnly((byte) 128);
  }

  @Test
  void profilesAndNotesOfACameraChangeNothing() throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    List<Integer> content = new ArrayList<>();
    "ICC_PROFILE\0\1\1".chars().forEach(content::add);
    for (byte b : profile) {
      content.add(b & 0xFF);
    }
    int[] segment = content.stream().mapToInt(Integer::intValue).toArray();
    assertColour(flat(1, 1, 1).jfif().segment(0xE2, segment), TRANSFORMED);
    assertColour(flat(1, 1, 1).adobe(0).segment(0xE2, segment), STORED);
    assertColour(flat(1, 1, 1).jfif().segment(0xE2, 'I', 'C', 'C', '_', 1, 2), TRANSFORMED);
    // EXIF, big-endian: one entry, orientation 6.
    int[] exif = {
      'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6,
      0, 0, 0, 0, 0, 0
    };
    assertColour(flat(1, 1, 1).segment(0xE1, exif), TRANSFORMED);
  }

  @Test
  void ordinaryFilesHaveThePixelsThatLibjpegGives() throws IOException {
    Random random = new Random(3);
    for (int k = 0; k < 10; k++) {
      BufferedImage image = new BufferedImage(17 + k, 33 - k, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < image.getWidth() * image.getHeight(); i++) {
        int smooth = (int) (127 + 120 * Math.sin(0.05 * i));
        image.setRGB(
            i % image.getWidth(),
            i / image.getWidth(),
            smooth << 16 | random.nextInt(256) << 8 | i & 0xFF);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(ImageIO.write(image, "jpeg", out)).isTrue();
      BufferedImage theirs = ImageIO.read(new ByteArrayInputStream(out.toByteArray()));
      PixelImage ours = ImageDecoder.decode(out.toByteArray(), 3, "a.jpg");
      for (int y = 0; y < ours.height(); y++) {
        for (int x = 0; x < ours.width(); x++) {
          int rgb = theirs.getRGB(x, y);
          assertThat(pixel(ours, y, x)).containsExactly(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
        }
      }
    }
  }

  @Test
  void otherCodingsAreRefusedByName() {
    assertRefused(flat(1, 1, 1).frame(0xC1, 12).bytes(), "12 bits");
    assertRefused(flat(1, 1, 1).frame(0xC3, 8).bytes(), "lossless");
    assertRefused(flat(1, 1, 1).frame(0xC9, 8).bytes(), "arithmetic");
    assertRefused(flat(1, 1, 1).frame(0xC5, 8).bytes(), "hierarchical");
    assertRefused(FlatJpeg.of(16, 1, 2).bytes(), "2 components");
    byte[] whole = flat(1, 1, 1).jfif().bytes();
    for (int length = 3; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, 3, "a.jpg"))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("a.jpg");
    }
  }

  private static FlatJpeg flat(int... sampling) {
    return FlatJpeg.of(16, STORED).sampling(sampling);
  }

  private static void assertColour(FlatJpeg file, int... rgb) {
    PixelImage image = ImageDecoder.decode(file.bytes(), 3, "a.jpg");
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        assertThat(pixel(image, y, x)).containsExactly(rgb);
      }
    }
  }

  private static int[] pixel(PixelImage image, int y, int x) {
    int at = 3 * (y * image.width() + x);
    return new int[] {
      image.pixels()[at] & 255, image.pixels()[at + 1] & 255, image.pixels()[at + 2] & 255
    };
  }

  private static void assertRefused(byte[] bytes, String words) {
    assertThatThrownBy(() -> ImageDecoder.decode(bytes, 3, "a.jpg"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("a.jpg")
        .hasMessageContaining(words);
  }
}
