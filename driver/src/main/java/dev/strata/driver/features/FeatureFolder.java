package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A folder of Parquet files, partitioned or not. New files are written beside old ones, which are
 * removed once all the new ones are there: an extraction that fails takes nothing away. A driver
 * killed just between leaves both, and no {@code result.json}; the same command repeated then puts
 * that right.
 */
final class FeatureFolder {
  /** Where Spark keeps the files of a job until it commits them. */
  private static final String PENDING = "_temporary";

  private final Path folder;
  private final FileSystem files;

  FeatureFolder(Configuration configuration, Path folder) {
    try {
      this.files = folder.getFileSystem(configuration);
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
    this.folder = files.makeQualified(folder);
  }

  /** The Parquet files, also those of partitions; none where there is no such folder. */
  List<Path> data() {
    List<Path> found = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true);
      while (all.hasNext()) {
        Path file = all.next().getPath();
        if (isVisible(file)) {
          found.add(file);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
    return found;
  }

  /** As Spark sees it: a name that begins with an underscore is hidden unless it is a partition's. */
  private boolean isVisible(Path file) {
    for (Path part = file; !part.equals(folder); part = part.getParent()) {
      String name = part.getName();
      if (name.startsWith(".") || name.startsWith("_") && !name.contains("=")) {
        return false;
      }
    }
    return true;
  }

  /**
   * @throws StrataException (configuration) where there are features already, and they may not be
   *     replaced
   */
  void admit(ExtractRequest request) {
    boolean keep = !request.settings().writeMode().replaces() && !request.unfinished();
    if (keep && !data().isEmpty()) {
      throw StrataException.configuration("there are features already")
          .key("extract.write-mode")
          .file(folder)
          .found("error")
          .expected("overwrite to replace them, or another output.dir")
          .build();
    }
  }

  /**
   * Removes what was there before.
   *
   * @param old files that were there
   * @param written files that are there now instead
   * @param mode {@code OVERWRITE_PARTITIONS} spares the partitions that nothing was written to
   */
  void replace(Collection<Path> old, Collection<Path> written, WriteMode mode) {
    Set<Path> folders = written.stream().map(Path::getParent).collect(Collectors.toSet());
    boolean all = mode != WriteMode.OVERWRITE_PARTITIONS;
    remove(old.stream().filter(file -> all || folders.contains(file.getParent())).toList());
  }

  /** Removes files, folders that are empty then, and whatever a killed attempt left pending. */
  void remove(Collection<Path> old) {
    try {
      Set<Path> folders = new TreeSet<>();
      for (Path path : old) {
        files.delete(path, false);
        folders.add(path.getParent());
      }
      for (Path each : folders) {
        removeEmpty(each);
      }
      files.delete(new Path(folder, PENDING), true);
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(files, folder, "cannot remove replaced features", e);
    }
  }

  /** Removes the folder altogether. */
  void remove() {
    try {
      files.delete(folder, true);
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(files, folder, "cannot remove a folder", e);
    }
  }

  private void removeEmpty(Path partition) throws IOException {
    for (Path each = partition; !each.equals(folder); each = each.getParent()) {
      if (files.exists(each)) {
        if (files.listStatus(each).length > 0) {
          return;
        }
        files.delete(each, false);
      }
    }
  }
}
