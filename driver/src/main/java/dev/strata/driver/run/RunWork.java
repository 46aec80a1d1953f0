package dev.strata.driver.run;

import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Whether an unfinished run has results that depend on its settings and from which a repeated
 * command would resume: a committed checkpoint, a finished layer, phase or trial, a model, or a
 * step with its own output folder. Files without a manifest count as not written.
 */
final class RunWork {
  static final String MANIFEST = "manifest.json";
  private static final String JSON = ".json";

  private final RunFolder run;

  RunWork(RunFolder run) {
    this.run = run;
  }

  boolean exists() {
    return List.of(run.checkpoints(), run.layers(), run.model()).stream()
            .anyMatch(folder -> holds(folder, MANIFEST))
        || holds(run.search(), JSON)
        || hasSteps(run.folder())
        || hasSteps(run.teacherFolds());
  }

  boolean holds(Path folder, String ending) {
    try {
      FileSystem files = Storage.of(folder, run.configuration());
      return holds(files, folder, ending);
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }

  /** Not by {@code listFiles}, which asks a store for the places of all blocks. */
  private static boolean holds(FileSystem files, Path folder, String ending) throws IOException {
    for (FileStatus entry : files.listStatus(folder)) {
      boolean found =
          entry.isDirectory()
              ? holds(files, entry.getPath(), ending)
              : entry.getPath().getName().endsWith(ending);
      if (found) {
        return true;
      }
    }
    return false;
  }

  /** Steps of a command that runs others, each with the file of a run in its folder. */
  private boolean hasSteps(Path folder) {
    try {
      FileSystem files = Storage.of(folder, run.configuration());
      for (FileStatus entry : files.listStatus(folder)) {
        Path step = new Path(entry.getPath(), run.runFile().getName());
        if (entry.isDirectory() && files.exists(step)) {
          return true;
        }
      }
      return false;
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }
}
