package dev.strata.driver.models;

import java.util.List;

/**
 * The {@code manifest.json} of a bundle, written after all its files: a folder without it is an
 * unfinished write.
 *
 * @param kind {@link #KIND}: other folders of Strata have a manifest too
 * @param formatVersion least version whose reader knows all of it
 * @param strataVersion of the writer
 * @param modelSha256 of the network and its parameters
 * @param files all others of the bundle
 */
record BundleManifest(
    String kind,
    int formatVersion,
    String strataVersion,
    String modelSha256,
    List<StoredFile> files) {
  /** Raised whenever an older reader could not read what is written. */
  static final int FORMAT_VERSION = 2;

  /** Of bundles without a decoder, which are written as they always were. */
  static final int WITHOUT_DECODER = 1;

  static final String KIND = "model-bundle";
  static final String FILE_NAME = "manifest.json";
  static final String MODEL = "model.zip";
  static final String PROVENANCE = "provenance.json";

  BundleManifest {
    files = files == null ? List.of() : List.copyOf(files);
  }
}
