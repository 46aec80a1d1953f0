package dev.strata.executor.image;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;

/**
 * The bytes of a PGM, PNG or JPEG file → pixels; which of them it is, its first bytes say. The
 * pixels are a function of the bytes alone: PNG and JPEG are unpacked by the JDK's own readers, the
 * stored numbers become colours here ({@link JpegColours}, {@link PngFile}), without the colour
 * management of the machine. Profiles, gamma and transparency are ignored, and so is a camera's
 * note about the orientation (EXIF): pixels lie as they are stored, as Pillow and TensorFlow read
 * them. Of a file of several pictures in sequence a PGM is refused; of a JPEG of a camera that
 * holds more (MPO) and of an animated PNG the picture is the one that every reader shows, the
 * first.
 */
public final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * @param channels wanted: 1 (grey) or 3 (red, green, blue)
   * @param file named in errors
   * @throws StrataException (data) where the bytes are none of these, or damaged
   */
  public static PixelImage decode(byte[] bytes, int channels, String file) {
    try {
      return decoded(bytes).in(channels);
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
    if (GreyMap.is(bytes)) {
      return GreyMap.read(bytes);
    }
    if (PngFile.is(bytes)) {
      return PngFile.read(bytes);
    }
    if (isJpeg(bytes)) {
      JpegHeader header = JpegHeader.of(bytes);
      return header.colours().pixels(JdkReader.JPEG.raster(header.plain()));
    }
    if (GreyMap.isMap(bytes, 0)) {
      throw new IOException("a Netpbm file of another type (P%c)".formatted(bytes[1]));
    }
    throw new IOException(
        bytes.length < 4
            ? bytes.length + " bytes"
            : "a file that starts with 0x%02x%02x%02x%02x"
                .formatted(bytes[0], bytes[1], bytes[2], bytes[3]));
  }

  private static boolean isJpeg(byte[] bytes) {
    return bytes.length > 2
        && (bytes[0] & 0xFF) == 0xFF
        && (bytes[1] & 0xFF) == 0xD8
        && (bytes[2] & 0xFF) == 0xFF;
  }
}
