package dev.strata.driver.imports;

import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.preparation.PreparedPreprocessing;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The {@code preprocessing.json} of a bundle, of a run, or of prepared rows. */
final class PreprocessingFile {
  private static final String KEY = "import.preprocessing";

  /** Where it lies below a folder: prepared rows and bundles, finished runs, prepared runs. */
  private static final List<String> PLACES = List.of("", "model/", "shards/");

  private static final String BUNDLE = "manifest.json";

  private PreprocessingFile() {}

  /** Where it may lie, the first that is there being read. */
  static List<String> places(String folder) {
    return PLACES.stream().map(place -> folder + "/" + place + Preprocessing.FILE_NAME).toList();
  }

  /**
   * @throws StrataException (configuration) where the folder has none; (data) where it is damaged
   *     or of a newer version
   */
  static Preprocessing read(Configuration hadoop, String folder) {
    for (String place : places(folder)) {
      Path file = new Path(place);
      Optional<String> text = text(hadoop, file);
      if (text.isPresent()) {
        requireSigned(hadoop, file);
        Preprocessing read = Json.read(text.get(), Preprocessing.class, file);
        if (read.formatVersion() > Preprocessing.FORMAT_VERSION) {
          throw StrataException.data("the preprocessing was written by a newer version of Strata")
              .key(KEY)
              .file(file)
              .found("format version " + read.formatVersion())
              .expected("at most " + Preprocessing.FORMAT_VERSION)
              .build();
        }
        return read.validated(file);
      }
    }
    throw StrataException.configuration("no preprocessing found")
        .key(KEY)
        .file(folder)
        .found("no " + Preprocessing.FILE_NAME)
        .expected("the folder of a bundle, a run, or prepared rows")
        .build();
  }

  /** Against the file that signs it: that of prepared data, or a bundle's manifest. */
  private static void requireSigned(Configuration hadoop, Path file) {
    String folder = file.getParent().toString();
    if (PreparedPreprocessing.read(hadoop, folder).isEmpty()
        && text(hadoop, new Path(folder, BUNDLE)).isPresent()) {
      BundleFolder.at(hadoop, folder, KEY).verified();
    }
  }

  private static Optional<String> text(Configuration hadoop, Path file) {
    try {
      return OutputFiles.read(hadoop, file);
    } catch (DamagedFileException e) {
      throw StrataException.data("the preprocessing is damaged")
          .key(KEY)
          .file(file)
          .found(e.getMessage())
          .cause(e)
          .build();
    }
  }
}
