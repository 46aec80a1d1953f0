package dev.strata.executor.image;

import java.awt.image.BufferedImage;
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
 * The JDK's own readers of images, which need no display, whatever others are on the class path:
 * equal files, equal pixels.
 */
enum JdkReader {
  PNG("png"),
  JPEG("jpeg");

  /** Larger images are refused as damaged or hostile. */
  private static final long MOST_PIXELS = 1L << 28;

  /** What the reader of JPEG warns of, and fills up with grey, where pixels are missing. */
  private static final List<String> DAMAGE =
      List.of("Truncated File", "premature end of data", "bad Huffman code");

  private final String format;

  JdkReader(String format) {
    this.format = format;
  }

  /** The image with its palette, or other model of colours. */
  BufferedImage image(byte[] bytes) throws IOException {
    return read(bytes, reader -> reader.read(0));
  }

  /** The components as they are stored. */
  Raster raster(byte[] bytes) throws IOException {
    return read(bytes, reader -> reader.readRaster(0, null));
  }

  private interface Reading<T> {
    T with(ImageReader reader) throws IOException;
  }

  private <T> T read(byte[] bytes, Reading<T> reading) throws IOException {
    ImageReader reader = reader();
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
        throw new IOException("%d × %d pixels".formatted(reader.getHeight(0), reader.getWidth(0)));
      }
      T read = reading.with(reader);
      for (String warning : warnings) {
        if (DAMAGE.stream().anyMatch(warning::contains)) {
          throw new IOException(warning);
        }
      }
      return read;
    } finally {
      reader.dispose();
    }
  }

  private ImageReader reader() throws IOException {
    List<ImageReader> readers = new ArrayList<>();
    ImageIO.getImageReadersByFormatName(format).forEachRemaining(readers::add);
    return readers.stream()
        .filter(r -> r.getClass().getName().startsWith("com.sun.imageio."))
        .findFirst()
        .orElseThrow(() -> new IOException("this Java has no reader for " + format));
  }
}
