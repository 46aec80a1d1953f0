package dev.strata.driver.models;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Models at the ends of a schedule's cycles: a bundle {@code cycle-N} for each, N from 1. */
public final class SnapshotFolder {
  private static final Pattern NAME = Pattern.compile("cycle-(\\d{1,9})");

  private final FileSystem files;
  private final Path folder;

  public SnapshotFolder(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** Where the bundle of a cycle lies. */
  public Path bundle(int cycle) {
    return new Path(folder, "cycle-" + cycle);
  }

  /** Complete bundles in the order of their cycles; empty where the folder has none. */
  public List<Path> bundles() throws IOException {
    List<Path> complete = new ArrayList<>();
    for (Path bundle : cycles().values()) {
      if (files.exists(new Path(bundle, BundleManifest.FILE_NAME))) {
        complete.add(bundle);
      }
    }
    return complete;
  }

  /** Deletes the bundles of all cycles up to one. */
  public void removeUpTo(int cycle) throws IOException {
    for (Path old : cycles().headMap(cycle + 1).values()) {
      files.delete(old, true);
    }
  }

  private SortedMap<Integer, Path> cycles() throws IOException {
    SortedMap<Integer, Path> cycles = new TreeMap<>();
    try {
      for (FileStatus entry : files.listStatus(folder)) {
        Matcher name = NAME.matcher(entry.getPath().getName());
        if (entry.isDirectory() && name.matches()) {
          cycles.put(Integer.valueOf(name.group(1)), entry.getPath());
        }
      }
      return cycles;
    } catch (FileNotFoundException e) {
      return cycles;
    }
  }
}
