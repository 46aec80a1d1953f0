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
 */
public record ImageEntry(String path, String folder, String name, byte[] bytes) {
  private static final int MOST_BYTES = 1 << 28;

  /** All bytes of a stream, within reason. */
  static byte[] content(InputStream in, String path) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES);
    if (bytes.length == MOST_BYTES) {
      throw StrataException.data("a file too large for an image")
          .file(path)
          .found("at least " + MOST_BYTES + " bytes")
          .expected("fewer")
          .build();
    }
    return bytes;
  }

  static StrataException unreadable(String path, IOException thrown) {
    return StrataException.data("cannot read the file of images")
        .file(path)
        .found(thrown.getMessage() == null ? thrown.toString() : thrown.getMessage())
        .cause(thrown)
        .build();
  }
}
