package dev.strata.driver.report;

import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunInputs;
import dev.strata.driver.run.SourceState;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Which files of a run's sources are not what they were when it read them. Files that were added
 * are not seen, nor those of sources with more files than {@link #MOST}.
 */
final class ChangedSources {
  private static final int MOST = 100;

  private ChangedSources() {}

  /** A sentence; empty where nothing is seen. */
  static String of(RunFolder run, String runId) {
    RunInputs then = run.inputs(runId).orElse(new RunInputs(Map.of(), Map.of(), Map.of()));
    Map<String, SourceState> known = new TreeMap<>(then.sources());
    known.values().removeIf(source -> source.listed().isEmpty() || source.listed().size() > MOST);
    known
        .values()
        .removeIf(source -> !source.listed().values().stream().allMatch(ChangedSources::isFile));
    Map<String, SourceState> now = new TreeMap<>();
    known.forEach((key, source) -> now.put(key, now(run.configuration(), source)));
    return String.join(
        "; ",
        new RunInputs(known, Map.of(), Map.of())
            .sourceChanges(new RunInputs(now, Map.of(), Map.of())));
  }

  /** Prepared rows are listed by their checksums. */
  private static boolean isFile(String state) {
    return state.matches("\\d+ \\d+");
  }

  private static SourceState now(Configuration hadoop, SourceState then) {
    Map<String, String> files = new TreeMap<>();
    for (String file : then.listed().keySet()) {
      Path path = new Path(file);
      try {
        FileStatus status = Storage.of(path, hadoop).getFileStatus(path);
        files.put(file, status.getLen() + " " + status.getModificationTime());
      } catch (FileNotFoundException e) {
        // it is not listed, and so said to be removed
        continue;
      } catch (IOException e) {
        throw OutputFiles.readFailure(path, e);
      }
    }
    return SourceState.of(files);
  }
}
