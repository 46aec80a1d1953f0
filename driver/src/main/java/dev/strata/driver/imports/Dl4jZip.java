package dev.strata.driver.imports;

import dev.strata.driver.models.ModelZip;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.util.ModelSerializer;

/** A zip as DL4J's {@code ModelSerializer} writes it, entries in any order. */
final class Dl4jZip {
  private static final Set<String> READ =
      Set.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.UPDATER_BIN,
          ModelSerializer.NORMALIZER_BIN);

  /** Objects that users put beside the network: outputs do not depend on them. */
  private static final String OBJECTS = "objects/";

  private Dl4jZip() {}

  /**
   * @throws StrataException (data) where it is no such zip, holds something else, or a normaliser
   *     that Strata cannot apply
   */
  static ReadModel read(ImportSource source) throws IOException {
    try (ImportZip zip = new ImportZip(source.local())) {
      for (String name : zip.names()) {
        refuse(name, source.name());
      }
      TrainedModel model =
          new ModelZip(new Path(source.name()), Files.size(source.local())).read(zip::open);
      Optional<RowScaling> normalizer = Optional.empty();
      if (zip.names().contains(ModelSerializer.NORMALIZER_BIN)) {
        try (InputStream in = zip.open(ModelSerializer.NORMALIZER_BIN)) {
          normalizer =
              Optional.of(
                  Dl4jNormalizer.read(in, source.name() + ", " + ModelSerializer.NORMALIZER_BIN));
        }
      }
      return new ReadModel(model, normalizer);
    } catch (ZipException e) {
      throw damaged(source.name(), String.valueOf(e.getMessage()), "a DL4J model").build();
    }
  }

  private static void refuse(String name, String file) {
    if (name.equals(ModelSerializer.PREPROCESSOR_BIN)) {
      throw damaged(
              file,
              "entry " + name + ", a serialized Java object, which Strata does not read",
              "a zip whose normaliser was written by ModelSerializer.addNormalizerToModel")
          .build();
    }
    if (!READ.contains(name) && !name.startsWith(OBJECTS)) {
      throw damaged(file, "entry " + name, "the entries of a DL4J model only").build();
    }
  }

  private static StrataException.Builder damaged(String file, String found, String expected) {
    return StrataException.data("cannot read the DL4J model")
        .file(file)
        .found(found)
        .expected(expected);
  }
}
