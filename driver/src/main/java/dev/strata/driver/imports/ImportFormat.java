package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Kinds of files that models come in; the key {@code import.format}. */
public enum ImportFormat {
  /** By the file's first bytes. */
  AUTO,
  /** HDF5 as {@code model.save("….h5")} of Keras writes it. */
  KERAS,
  /** A zip as DL4J's {@code ModelSerializer} writes it. */
  DL4J,
  /** {@code .npz} or {@code .npy}: weights for a network that the configuration describes. */
  NUMPY;

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /**
   * What a file is.
   *
   * @throws StrataException (data) where it is nothing that can be imported
   */
  static ImportFormat of(ImportSource source) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(source.local())) {
      head = in.readNBytes(HDF5.length);
    }
    if (begins(head, HDF5)) {
      return KERAS;
    }
    if (begins(head, NPY)) {
      return NUMPY;
    }
    String found = "other first bytes";
    if (begins(head, ZIP)) {
      String first = firstEntry(source);
      if (first.equals("configuration.json")) {
        return DL4J;
      }
      if (first.endsWith(".npy")) {
        return NUMPY;
      }
      found =
          first.equals("metadata.json")
              ? "a .keras file; save the model as ….h5 instead"
              : "a zip that begins with " + first;
    }
    throw StrataException.data("not a file that can be imported")
        .key("import.from")
        .file(source.name())
        .found(found)
        .expected("Keras HDF5, a DL4J zip, .npz or .npy")
        .build();
  }

  private static String firstEntry(ImportSource source) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(source.local()))) {
      ZipEntry entry = zip.getNextEntry();
      return entry == null ? "nothing" : entry.getName();
    }
  }

  private static boolean begins(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
