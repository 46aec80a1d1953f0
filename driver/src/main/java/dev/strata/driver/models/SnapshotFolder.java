package dev.strata.driver.models;

import dev.strata.driver.run.OutputFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Models at the ends of a schedule's cycles: a bundle {@code cycle-N} for each, N from 1. */
public final class SnapshotFolder {
  private static final Pattern NAME = Pattern.compile("cycle-(\\d{1,9})");

  private final Configuration configuration;
  private final Path folder;

  public SnapshotFolder(Configuration configuration, Path folder) {
    this.configuration = configuration;
    this.folder = folder;
  }

  /** Where the bundle of a cycle lies. */
  public Path bundle(int cycle) {
    return new Path(folder, "cycle-" + cycle);
  }

  /**
   * Complete bundles in the order of their cycles; empty where the folder has none.
   *
   * @throws dev.strata.executor.failure.StrataException (cluster) where it cannot be read
   */
  public List<Path> bundles() {
    SortedMap<Integer, Path> found = cycles();
    try {
      FileSystem files = folder.getFileSystem(configuration);
      for (Integer cycle : List.copyOf(found.keySet())) {
        if (!files.exists(new Path(found.get(cycle), BundleManifest.FILE_NAME))) {
          found.remove(cycle);
        }
      }
      return List.copyOf(found.values());
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }

  /**
   * Deletes the bundles of all cycles up to one.
   *
   * @throws dev.strata.executor.failure.StrataException (cluster) where that fails
   */
  public void removeUpTo(int cycle) {
    for (Path old : cycles().headMap(cycle + 1).values()) {
      try {
        folder.getFileSystem(configuration).delete(old, true);
      } catch (IOException | FSError e) {
        throw OutputFiles.readFailure(old, e);
      }
    }
  }

  private SortedMap<Integer, Path> cycles() {
    SortedMap<Integer, Path> cycles = new TreeMap<>();
    try {
      for (FileStatus entry : folder.getFileSystem(configuration).listStatus(folder)) {
        Matcher name = NAME.matcher(entry.getPath().getName());
        if (entry.isDirectory() && name.matches()) {
          cycles.put(Integer.valueOf(name.group(1)), entry.getPath());
        }
      }
      return cycles;
    } catch (FileNotFoundException e) {
      return cycles;
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }
}
