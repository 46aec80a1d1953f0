package dev.strata.driver.zoo;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.StoredFile;
import dev.strata.executor.failure.StrataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One version of a model of the zoo: the file {@code version.json} beside its bundle. What the
 * bundle's provenance says is repeated where it is searched for.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param model name of the model
 * @param version number, at least 1
 * @param published ISO 8601, UTC
 * @param publishedBy user@host
 * @param note of the publisher; null where there is none
 * @param modelSha256 over the network's JSON and the parameter bytes
 * @param parentSha256 modelSha256 of the model that training continued from; null where it began
 *     afresh
 * @param dataSha256 of the training rows' manifest
 * @param job such as {@code train}
 * @param trained when the job made the model, ISO 8601, UTC
 * @param strataVersion that trained it
 * @param commit of that version's sources
 * @param parameters of the network
 * @param metrics part → metric → value
 * @param files of the bundle, its manifest included
 */
@RecordBuilder
public record ModelVersion(
    int formatVersion,
    String model,
    int version,
    String published,
    String publishedBy,
    String note,
    String modelSha256,
    String parentSha256,
    String dataSha256,
    String job,
    String trained,
    String strataVersion,
    String commit,
    long parameters,
    Map<String, Map<String, Double>> metrics,
    List<StoredFile> files) {
  /** Raised whenever an older reader could not read what is written. */
  static final int FORMAT_VERSION = 1;

  static final String FILE_NAME = "version.json";

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public ModelVersion {
    metrics = new TreeMap<>(metrics == null ? Map.of() : metrics);
    files = files == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(files));
  }

  static ModelVersion of(
      String model, int version, String note, ModelBundle bundle, List<StoredFile> files) {
    Provenance from = bundle.provenance();
    Mark now = Mark.now();
    return ModelVersionBuilder.builder()
        .formatVersion(FORMAT_VERSION)
        .model(model)
        .version(version)
        .published(now.at())
        .publishedBy(now.by())
        .note(note)
        .modelSha256(bundle.model().sha256())
        .parentSha256(from.parentSha256())
        .dataSha256(from.dataSha256())
        .job(from.job())
        .trained(from.created())
        .strataVersion(from.strataVersion())
        .commit(from.commit())
        .parameters(bundle.model().parameters().length())
        .metrics(from.metrics())
        .files(files)
        .build();
  }

  /** How a configuration calls it. */
  public ZooName name() {
    return ZooName.of(model, version);
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(StoredFile::bytes).sum();
  }

  /**
   * Refuses what a newer version wrote, what lies in the wrong folder, and what lacks something.
   *
   * @throws StrataException (data) that names the field
   */
  void requireReadable(String expectedModel, int expectedVersion, Object file) {
    if (formatVersion > FORMAT_VERSION) {
      throw StrataException.data("the model version was written by a newer version of Strata")
          .file(file)
          .found("format version " + formatVersion)
          .expected("at most " + FORMAT_VERSION)
          .build();
    }
    if (!expectedModel.equals(model) || expectedVersion != version) {
      throw StrataException.data("the model version has another name")
          .file(file)
          .found(name())
          .expected(ZooName.of(expectedModel, expectedVersion))
          .build();
    }
    requireText("published", published, file);
    requireText("publishedBy", publishedBy, file);
    requireText("job", job, file);
    requireText("trained", trained, file);
    requireText("strataVersion", strataVersion, file);
    if (modelSha256 == null || !SHA256.matcher(modelSha256).matches()) {
      throw notWhole("modelSha256 = " + modelSha256, "64 hexadecimal digits", file);
    }
    if (formatVersion < 1 || parameters < 0) {
      throw notWhole(
          "formatVersion %d, parameters %d".formatted(formatVersion, parameters),
          "1 and a number of parameters",
          file);
    }
    metrics.forEach(
        (part, values) -> {
          if (values == null || values.containsValue(null)) {
            throw notWhole("metrics." + part + " = " + values, "numbers", file);
          }
        });
    requireFiles(file);
  }

  private void requireFiles(Object file) {
    if (files.isEmpty()) {
      throw notWhole("files = []", "the files of a bundle", file);
    }
    for (int i = 0; i < files.size(); i++) {
      StoredFile stored = files.get(i);
      if (stored == null
          || stored.name() == null
          || stored.bytes() < 0
          || stored.sha256() == null) {
        throw notWhole("files[" + i + "] = " + stored, "name, bytes and sha256", file);
      }
    }
  }

  private static void requireText(String field, String value, Object file) {
    if (value == null) {
      throw notWhole(field + " = null", "a text", file);
    }
  }

  private static StrataException notWhole(String found, String expected, Object file) {
    return StrataException.data("a version of the zoo is damaged")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
