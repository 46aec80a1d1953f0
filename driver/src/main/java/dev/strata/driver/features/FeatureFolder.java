package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of Parquet files, partitioned or not. New files are written beside old ones, which are
 * removed once all the new ones are there: an extraction that fails takes nothing away. A driver
 * killed just between leaves both, and no {@code result.json}; the next extraction puts that right
 * by a {@link FeatureJournal}.
 */
final class FeatureFolder {
  /** Where Spark keeps the files of a job until it commits them. */
  private static final String PENDING = "_temporary";

  private final Path folder;
  private final FileSystem files;
  private final FeatureJournal journal;

  FeatureFolder(Configuration configuration, Path folder) {
    this.folder = folder;
    this.journal = new FeatureJournal(configuration, folder);
    try {
      this.files = Storage.of(folder, configuration);
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }

  /** The Parquet files, also those of partitions; none where there is no such folder. */
  List<Path> data() {
    List<Path> found = new ArrayList<>();
    try {
      collect(folder, found);
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(folder, e);
    }
    return found;
  }

  private void collect(Path within, List<Path> found) throws IOException {
    for (FileStatus status : files.listStatus(within)) {
      if (!isHidden(status.getPath().getName())) {
        if (status.isDirectory()) {
          collect(status.getPath(), found);
        } else {
          found.add(status.getPath());
        }
      }
    }
  }

  /** As Spark has it: a name that begins with an underscore may be a partition's. */
  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_") && !name.contains("=");
  }

  /**
   * @throws StrataException (configuration) where there are features already, and they may not be
   *     replaced
   */
  void admit(ExtractRequest request) {
    boolean keep = !request.settings().writeMode().replaces() && !request.unfinished();
    if (keep && !data().isEmpty()) {
      throw StrataException.configuration("the features already exist")
          .key("extract.write-mode")
          .file(folder)
          .found("error")
          .expected("overwrite to replace them, or another output.dir")
          .build();
    }
  }

  /**
   * Ends what a killed process had under way: its new files go where they may not be all, and the
   * old ones where they are.
   */
  void settle() {
    Optional<List<String>> replaced = journal.replaced();
    Optional<List<String>> before = journal.before();
    if (replaced.isPresent()) {
      Set<String> old = Set.copyOf(replaced.get());
      remove(data().stream().filter(file -> old.contains(relative(file))).toList());
    } else if (before.isPresent()) {
      Set<String> old = Set.copyOf(before.get());
      remove(data().stream().filter(file -> !old.contains(relative(file))).toList());
    }
    if (replaced.isPresent() || before.isPresent()) {
      ended();
    }
  }

  /** Notes what is there, before anything is written beside it. */
  void begin(List<Path> old) {
    journal.begin(old.stream().map(this::relative).toList());
  }

  private void ended() {
    try {
      journal.end();
      if (files.exists(folder) && files.listStatus(folder).length == 0) {
        files.delete(folder, false);
      }
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(files, folder, "cannot delete a file", e);
    }
  }

  /**
   * Removes what was there before.
   *
   * @param old files that were there
   * @param written files that are there now instead
   * @param mode {@code OVERWRITE_PARTITIONS} spares the partitions that nothing was written to
   * @return the files that stay
   */
  List<Path> replace(Collection<Path> old, Collection<Path> written, WriteMode mode) {
    Set<Path> folders = written.stream().map(Path::getParent).collect(Collectors.toSet());
    boolean all = mode != WriteMode.OVERWRITE_PARTITIONS;
    Map<Boolean, List<Path>> replaced =
        old.stream()
            .collect(Collectors.partitioningBy(f -> all || folders.contains(f.getParent())));
    journal.complete(replaced.get(true).stream().map(this::relative).toList());
    remove(replaced.get(true));
    ended();
    return replaced.get(false);
  }

  /** The files that are there now and were not before. */
  List<Path> since(Collection<Path> old) {
    List<Path> written = new ArrayList<>(data());
    written.removeAll(old);
    return written;
  }

  /**
   * Leaves what was there before a failure, as far as the store lets it.
   *
   * @param lock where it is lost, what is new may be another run's
   */
  void undo(Collection<Path> old, OutputLock lock, Exception failure) {
    try {
      lock.ensureHeld();
      remove(since(old));
      ended();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
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
      throw OutputFiles.writeFailure(files, folder, "cannot delete replaced features", e);
    }
  }

  /** Removes the folder altogether. */
  void remove() {
    try {
      files.delete(folder, true);
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(files, folder, "cannot delete a folder", e);
    }
  }

  private void removeEmpty(Path partition) throws IOException {
    for (Path each = partition; !path(each).equals(path(folder)); each = each.getParent()) {
      if (files.exists(each)) {
        if (files.listStatus(each).length > 0) {
          return;
        }
        files.delete(each, false);
      }
    }
  }

  private String relative(Path file) {
    String inside = path(file).substring(path(folder).length());
    return inside.startsWith("/") ? inside.substring(1) : inside;
  }

  /** Without scheme and authority, which may be written in several ways. */
  private static String path(Path path) {
    return path.toUri().getPath();
  }
}
