package dev.strata.executor.image;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.InputStream;

/**
 * One file of an image, not yet decoded.
 *
 * @param path of the file; of an entry of an archive {@code archive!/entry}
 * @param folder name of the folder that holds it; of an entry without one the archive's name
 * @param name of the file, without folders
 * @param damage why there are no bytes, where this image alone cannot be read; else null
 */
public record ImageEntry(
    String path, String folder, String name, byte[] bytes, StrataException damage) {
  private static final int MOST_BYTES = 1 << 28;
  private static final byte[] NONE = new byte[0];

  /**
   * Reads one. What is wrong with this image alone is kept with it, as the others can be read.
   *
   * @throws StrataException (data) where the file itself cannot be read
   */
  static ImageEntry read(String path, String folder, String name, Content content) {
    try {
      return new ImageEntry(path, folder, name, content.read(), null);
    } catch (StrataException e) {
      return new ImageEntry(path, folder, name, NONE, e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * The pixels.
   *
   * @param channels wanted: 1 (grey) or 3 (red, green, blue)
   * @throws StrataException (data) naming the path, where there is no image that can be read
   */
  public PixelImage decoded(int channels) {
    if (damage != null) {
      throw damage;
    }
    ImageName.requireRead(name, path);
    return ImageDecoder.decode(bytes, channels, path);
  }

  /** All bytes of a stream, within reason. */
  static byte[] content(InputStream in, String path) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES);
    if (bytes.length == MOST_BYTES) {
      throw StrataException.data("file too large for an image")
          .file(path)
          .found("at least " + MOST_BYTES + " bytes")
          .expected("fewer")
          .build();
    }
    return bytes;
  }

  static StrataException unreadable(String path, IOException thrown) {
    return StrataException.data("cannot read the image file")
        .file(path)
        .found(thrown.getMessage() == null ? thrown.toString() : thrown.getMessage())
        .cause(thrown)
        .build();
  }

  /** The bytes of an image. */
  interface Content {
    /**
     * @throws StrataException where this image alone cannot be read
     */
    byte[] read() throws IOException;
  }
}
