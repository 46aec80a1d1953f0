package dev.strata.driver.models;

import dev.strata.executor.json.Json;
import dev.strata.executor.shard.SelfChecksum;
import java.util.ArrayList;
import java.util.Collections;
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
 * @param selfSha256 checksum of the manifest itself ({@link SelfChecksum}); null in older versions
 */
record BundleManifest(
    String kind,
    int formatVersion,
    String strataVersion,
    String modelSha256,
    List<StoredFile> files,
    String selfSha256) {
  /** Raised whenever an older reader could not read what is written, or would believe too much. */
  static final int FORMAT_VERSION = 3;

  /** The first whose manifest signs itself. */
  static final int SIGNED = 3;

  static final String KIND = "model-bundle";
  static final String FILE_NAME = "manifest.json";
  static final String MODEL = "model.zip";
  static final String PROVENANCE = "provenance.json";

  BundleManifest {
    files = files == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(files));
  }

  /** Text of the file for a bundle of these files, its checksum included. */
  static String text(String strataVersion, String modelSha256, List<StoredFile> files) {
    BundleManifest blank =
        new BundleManifest(
            KIND, FORMAT_VERSION, strataVersion, modelSha256, files, SelfChecksum.BLANK);
    return SelfChecksum.sign(Json.pretty(blank) + "\n");
  }
}
