package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.shard.SelfChecksum;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** What a manifest must say for a folder or a zip to be taken for a bundle. */
final class BundleRules {
  /**
   * Names that every bundle consists of, besides a decoder's; a manifest may not point elsewhere.
   */
  private static final List<String> NAMES =
      List.of(BundleManifest.MODEL, Preprocessing.FILE_NAME, BundleManifest.PROVENANCE);

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private BundleRules() {}

  /**
   * @param text of the manifest
   * @param file named in errors
   * @param key the configuration key that named the bundle, for errors
   * @throws StrataException (data) where it is no bundle's, damaged, of a newer version, or names
   *     other files
   */
  static BundleManifest manifest(String text, Path file, String key) {
    BundleManifest manifest = Json.read(text, BundleManifest.class, file);
    if (!BundleManifest.KIND.equals(manifest.kind())) {
      throw StrataException.data("not the manifest of a model bundle")
          .key(key)
          .file(file)
          .found("kind " + manifest.kind())
          .expected("kind " + BundleManifest.KIND)
          .build();
    }
    refuseNewer(manifest.formatVersion(), BundleManifest.FORMAT_VERSION, manifest, file);
    SelfChecksum.require(text, manifest.formatVersion() >= BundleManifest.SIGNED, file);
    for (int i = 0; i < manifest.files().size(); i++) {
      requireWhole(manifest.files().get(i), "files[" + i + "]", file);
    }
    requireNames(manifest, file);
    return manifest;
  }

  /** Refuses an entry that lacks something. */
  static void requireWhole(StoredFile stored, String field, Object file) {
    boolean whole =
        stored != null
            && stored.name() != null
            && stored.bytes() >= 0
            && stored.sha256() != null
            && SHA256.matcher(stored.sha256()).matches();
    if (!whole) {
      throw StrataException.data("the manifest's entry for a file is incomplete")
          .file(file)
          .found(field + " = " + stored)
          .expected("a name, a number of bytes and a sha256")
          .build();
    }
  }

  private static void requireNames(BundleManifest manifest, Path file) {
    boolean decoder =
        manifest.files().stream().anyMatch(f -> f.name().equals(DecoderFile.FILE_NAME));
    List<String> names =
        manifest.files().stream()
            .map(StoredFile::name)
            .filter(name -> !(decoder && DecoderFile.owns(name)))
            .sorted()
            .toList();
    long distinct = manifest.files().stream().map(StoredFile::name).distinct().count();
    if (!names.equals(NAMES.stream().sorted().toList()) || distinct < manifest.files().size()) {
      throw StrataException.data("the manifest does not list the files of a bundle")
          .file(file)
          .found(manifest.files().stream().map(StoredFile::name).toList())
          .expected(NAMES + ", each once")
          .build();
    }
  }

  /**
   * Refuses formats that this version does not know; the first has number 1.
   *
   * @param found format version of the file
   */
  static void refuseNewer(int found, int known, BundleManifest manifest, Path file) {
    if (found > known) {
      throw StrataException.data("the model was written by a newer version of Strata")
          .file(file)
          .found("format version " + found + ", written by Strata " + manifest.strataVersion())
          .expected("at most " + known)
          .build();
    }
    if (found < 1) {
      throw StrataException.data("the model has no known format version")
          .file(file)
          .found("formatVersion " + found)
          .expected("1 to " + known)
          .build();
    }
  }
}
