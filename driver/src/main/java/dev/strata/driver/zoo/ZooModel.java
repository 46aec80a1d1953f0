package dev.strata.driver.zoo;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One model of the zoo with all its versions: {@code NAME/marks} says which there are, {@code
 * NAME/aliases} how they are called, {@code NAME/000003} holds {@code version.json} and the bundle
 * of the third, in {@code model}.
 */
public final class ZooModel {
  /** A folder of the zoo without it is no model. */
  static final String MARKS = "marks";

  private final Configuration configuration;
  private final Path folder;
  private final String name;

  ZooModel(Configuration configuration, Path folder, String name) {
    this.configuration = configuration;
    this.folder = folder;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** Numbers of the versions that are there. */
  public List<Integer> numbers() {
    return marks().read().entrySet().stream()
        .filter(e -> e.getValue().isThere())
        .map(SortedMap.Entry::getKey)
        .toList();
  }

  /** The intact versions. */
  public SortedMap<Integer, ModelVersion> intact() {
    SortedMap<Integer, ModelVersion> versions = new TreeMap<>();
    for (Map.Entry<Integer, VersionState> entry : marks().read().entrySet()) {
      if (entry.getValue().isThere()) {
        try {
          versions.put(entry.getKey(), read(entry.getKey(), entry.getValue()));
        } catch (StrataException e) {
          if (e.kind() != FailureKind.DATA) {
            throw e;
          }
        }
      }
    }
    return versions;
  }

  /**
   * Empty where there is no such version, or none any more.
   *
   * @throws StrataException (data) if its files are damaged
   */
  public Optional<ModelVersion> version(int number) {
    VersionState state = marks().of(number);
    return state.isThere() ? Optional.of(read(number, state)) : Optional.empty();
  }

  /** Alias → version. */
  public SortedMap<String, Integer> aliases() {
    return aliasChanges().read();
  }

  /** Folder of a version. */
  Path folder(int number) {
    return new Path(folder, String.format(Locale.ROOT, "%06d", number));
  }

  /** Folder of a version's bundle. */
  Path bundle(int number) {
    return new Path(folder(number), "model");
  }

  VersionMarks marks() {
    return new VersionMarks(new MarkFolder(configuration, new Path(folder, MARKS)));
  }

  Aliases aliasChanges() {
    return new Aliases(configuration, new MarkFolder(configuration, new Path(folder, "aliases")));
  }

  private ModelVersion read(int number, VersionState state) {
    Path file = new Path(folder(number), ModelVersion.FILE_NAME);
    String expected = state.publishedSha256().orElseThrow();
    String text = text(file);
    String found = Checksum.of(text.getBytes(StandardCharsets.UTF_8));
    if (!found.equals(expected)) {
      throw damaged(file, "sha256 " + found, "sha256 " + expected);
    }
    ModelVersion version = Json.read(text, ModelVersion.class, file);
    version.requireReadable(name, number, file);
    return version;
  }

  private String text(Path file) {
    try {
      return OutputFiles.read(configuration, file)
          .orElseThrow(() -> damaged(file, "file not found", "the file as published"));
    } catch (DamagedFileException e) {
      throw damaged(file, e.getMessage(), "the file as published");
    }
  }

  private StrataException damaged(Path file, String found, String expected) {
    return StrataException.data("a version of the zoo is damaged")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
