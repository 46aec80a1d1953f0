package dev.strata.executor.image;

import dev.strata.executor.failure.StrataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The bytes of a PGM, PNG or JPEG file → pixels; which of them it is, its first bytes say. PNG and
 * JPEG are read by the JDK's own readers, which need no display; grey ones keep their stored values
 * (16 bits become 8), transparency is passed over, and so is a camera's note about the orientation.
 */
public final class ImageDecoder {
  /** Larger images are taken for damage, or an attack. */
  private static final long MOST_PIXELS = 1L << 28;

  private static final int COLOURS = 3;

  /** What the JDK's reader of JPEG warns of, and fills up with grey, where pixels are missing. */
  private static final List<String> DAMAGE =
      List.of("Truncated File", "premature end of data", "bad Huffman code");

  private ImageDecoder() {}

  /**
   * @param channels wanted: 1 (grey) or 3 (red, green, blue)
   * @param file named in errors
   * @throws StrataException (data) where the bytes are none of these, or damaged
   */
  public static PixelImage decode(byte[] bytes, int channels, String file) {
    try {
      PixelImage image = GreyMap.is(bytes) ? GreyMap.read(bytes) : decoded(bytes);
      return image.in(channels);
    } catch (IOException | RuntimeException e) {
      throw StrataException.data("not a readable image")
          .file(file)
          .found(e.getMessage() == null ? e.toString() : e.getMessage())
          .expected("a PGM (P2, P5), PNG or JPEG file")
          .cause(e)
          .build();
    }
  }

  private static PixelImage decoded(byte[] bytes) throws IOException {
    ImageReader reader = reader(format(bytes));
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
        throw new IOException("%d × %d pixels".formatted(reader.getHeight(0), reader.getWidth(0)));
      }
      PixelImage image = pixels(reader.read(0));
      for (String warning : warnings) {
        if (DAMAGE.stream().anyMatch(warning::contains)) {
          throw new IOException(warning);
        }
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static String format(byte[] bytes) throws IOException {
    if (begins(bytes, 0x89, 'P', 'N', 'G')) {
      return "png";
    }
    if (begins(bytes, 0xFF, 0xD8, 0xFF)) {
      return "jpeg";
    }
    throw new IOException(
        bytes.length < 4
            ? bytes.length + " bytes"
            : "a file that begins with 0x%02x%02x%02x%02x"
                .formatted(bytes[0], bytes[1], bytes[2], bytes[3]));
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != with[i]) {
        return false;
      }
    }
    return true;
  }

  /** The JDK's reader, whatever others are on the class path: equal files, equal pixels. */
  private static ImageReader reader(String format) throws IOException {
    List<ImageReader> readers = new ArrayList<>();
    ImageIO.getImageReadersByFormatName(format).forEachRemaining(readers::add);
    return readers.stream()
        .filter(r -> r.getClass().getName().startsWith("com.sun.imageio."))
        .findFirst()
        .orElseThrow(() -> new IOException("no reader of " + format + " in this Java"));
  }

  private static PixelImage pixels(BufferedImage image) {
    ColorModel model = image.getColorModel();
    boolean grey =
        model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(model instanceof IndexColorModel);
    return grey ? greys(image.getRaster(), (1 << model.getComponentSize(0)) - 1) : colours(image);
  }

  /** The stored values: the JDK's own conversion would take them for linear light. */
  private static PixelImage greys(Raster raster, int highest) {
    int[] line = new int[raster.getWidth()];
    byte[] pixels = new byte[raster.getWidth() * raster.getHeight()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, line.length, 1, 0, line);
      for (int x = 0; x < line.length; x++) {
        pixels[y * line.length + x] = (byte) ((2 * 255 * line[x] + highest) / (2 * highest));
      }
    }
    return new PixelImage(raster.getHeight(), raster.getWidth(), 1, pixels);
  }

  private static PixelImage colours(BufferedImage image) {
    int width = image.getWidth();
    int[] line = new int[width];
    byte[] pixels = new byte[Math.multiplyExact(width * image.getHeight(), COLOURS)];
    int next = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, line, 0, width);
      for (int rgb : line) {
        pixels[next++] = (byte) (rgb >> 16);
        pixels[next++] = (byte) (rgb >> 8);
        pixels[next++] = (byte) rgb;
      }
    }
    return new PixelImage(image.getHeight(), width, COLOURS, pixels);
  }
}
