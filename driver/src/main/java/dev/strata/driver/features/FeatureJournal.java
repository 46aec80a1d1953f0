package dev.strata.driver.features;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process that is killed while it replaces features leaves for the next one, so that files
 * of two extractions are not read as one: {@code _writing.json} names the files that were there
 * before, {@code _removing.json} those that go once the new ones are complete. Both are hidden from
 * Spark, and gone when nothing is under way.
 */
final class FeatureJournal {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureJournal.class);
  private static final String WRITING = "_writing.json";
  private static final String REMOVING = "_removing.json";

  private final Configuration configuration;
  private final Path folder;

  FeatureJournal(Configuration configuration, Path folder) {
    this.configuration = configuration;
    this.folder = folder;
  }

  /**
   * @param files relative to the folder
   */
  private record Names(List<String> files) {}

  /** Files that were there before; empty where nothing was under way. */
  Optional<List<String>> before() {
    return read(WRITING);
  }

  /** Files that are to go; empty where the new ones were not complete yet. */
  Optional<List<String>> replaced() {
    return read(REMOVING);
  }

  void begin(List<String> before) {
    write(WRITING, before);
  }

  void complete(List<String> replaced) {
    write(REMOVING, replaced);
  }

  /** The first step goes first: without the second one, new files would be taken for incomplete. */
  void end() throws IOException {
    FileSystem files = Storage.of(folder, configuration);
    files.delete(new Path(folder, WRITING), false);
    files.delete(new Path(folder, REMOVING), false);
  }

  /** A file that was cut off says nothing: the step had not begun. */
  private Optional<List<String>> read(String name) {
    Path file = new Path(folder, name);
    try {
      return OutputFiles.read(configuration, file)
          .map(text -> Json.read(text, Names.class, file))
          .map(Names::files);
    } catch (DamagedFileException e) {
      LOG.info("{} is damaged and counts as not written", file, e);
      return Optional.empty();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void write(String name, List<String> files) {
    OutputFiles.write(configuration, new Path(folder, name), Json.pretty(new Names(files)) + "\n");
  }
}
