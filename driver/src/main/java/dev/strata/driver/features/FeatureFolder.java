package dev.strata.driver.features;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of the features. New files are written beside old ones, which are removed once all the
 * new ones are there: an extraction that fails takes nothing away. A driver killed just between
 * leaves both, and no {@code result.json}; the same command repeated then puts that right.
 */
final class FeatureFolder {
  /** Where Spark keeps the files of a job until it commits them. */
  private static final String PENDING = "_temporary";

  private final Path folder;
  private final FileSystem files;

  FeatureFolder(Configuration configuration, Path folder) {
    this.folder = folder;
    try {
      this.files = folder.getFileSystem(configuration);
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }

  /** The Parquet files; none where there is no such folder. */
  List<Path> data() {
    List<Path> found = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(folder)) {
        String name = status.getPath().getName();
        if (!name.startsWith("_") && !name.startsWith(".")) {
          found.add(status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
    return found;
  }

  /**
   * @throws StrataException (configuration) where there are features already, and they may not be
   *     replaced
   */
  void admit(ExtractRequest request) {
    boolean keep =
        request.settings().writeMode() == ExtractSettings.WriteMode.ERROR && !request.unfinished();
    if (keep && !data().isEmpty()) {
      throw StrataException.configuration("there are features already")
          .key("extract.write-mode")
          .file(folder)
          .found("error")
          .expected("overwrite to replace them, or another output.dir")
          .build();
    }
  }

  /** Removes files, and whatever a killed attempt left pending. */
  void remove(Collection<Path> old) {
    try {
      for (Path path : old) {
        files.delete(path, true);
      }
      files.delete(new Path(folder, PENDING), true);
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(files, folder, "cannot remove replaced features", e);
    }
  }
}
