package dev.strata.driver.checkpoint;

import java.util.List;

/**
 * The {@code manifest.json} of a checkpoint, written after all its files: a folder without it is an
 * unfinished write.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param round rounds finished, as in the folder's name
 * @param files sorted by name; {@code state.json} first
 */
record CheckpointManifest(int formatVersion, long round, List<StoredFile> files) {
  /** Raised whenever an older reader could not read what is written, or could not check it. */
  static final int FORMAT_VERSION = 2;

  /** First version whose manifests carry their own checksum. */
  static final int SIGNED_SINCE = 2;

  static final String FILE_NAME = "manifest.json";
  static final String STATE_FILE = "state.json";
  static final String ARRAY_SUFFIX = ".bin";

  CheckpointManifest {
    files = files == null ? List.of() : List.copyOf(files);
  }

  /**
   * @param name inside the checkpoint's folder
   * @param bytes of the file
   * @param sha256 of the file, hexadecimal
   * @param chunks lengths of an array's chunks, in order; they add up to {@code bytes}
   */
  record StoredFile(String name, long bytes, String sha256, List<Integer> chunks) {
    StoredFile {
      chunks = chunks == null ? List.of() : List.copyOf(chunks);
    }
  }
}
