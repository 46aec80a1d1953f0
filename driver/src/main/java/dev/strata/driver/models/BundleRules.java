package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** What a manifest must say for a folder or a zip to be taken for a bundle. */
final class BundleRules {
  /**
   * Names that every bundle consists of, besides a decoder's; a manifest may not point elsewhere.
   */
  private static final List<String> NAMES =
      List.of(BundleManifest.MODEL, Preprocessing.FILE_NAME, BundleManifest.PROVENANCE);

  private BundleRules() {}

  /**
   * @param text of the manifest
   * @param file named in errors
   * @param key the configuration key that named the bundle, for errors
   * @throws StrataException (data) where it is no bundle's, of a newer version, or names other
   *     files
   */
  static BundleManifest manifest(String text, Path file, String key) {
    BundleManifest manifest = Json.read(text, BundleManifest.class, file);
    if (manifest == null || !BundleManifest.KIND.equals(manifest.kind())) {
      throw StrataException.data("not the manifest of a model bundle")
          .key(key)
          .file(file)
          .found(manifest == null ? "null" : "kind " + manifest.kind())
          .expected("kind " + BundleManifest.KIND)
          .build();
    }
    refuseNewer(manifest.formatVersion(), BundleManifest.FORMAT_VERSION, manifest, file);
    boolean decoder =
        manifest.files().stream().anyMatch(f -> f.name().equals(DecoderFile.FILE_NAME));
    List<String> names =
        manifest.files().stream()
            .map(StoredFile::name)
            .filter(name -> !(decoder && DecoderFile.owns(name)))
            .sorted()
            .toList();
    if (!names.equals(NAMES.stream().sorted().toList())) {
      throw StrataException.data("the manifest does not name the files of a bundle")
          .file(file)
          .found(names)
          .expected(NAMES)
          .build();
    }
    return manifest;
  }

  static void refuseNewer(int found, int known, BundleManifest manifest, Path file) {
    if (found > known) {
      throw StrataException.data("the model was written by a newer version of Strata")
          .file(file)
          .found("format version " + found + ", written by Strata " + manifest.strataVersion())
          .expected("at most " + known)
          .build();
    }
  }
}
