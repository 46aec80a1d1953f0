package dev.strata.driver.checkpoint;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run, each a folder {@code round-NNNNNNNNNNNN-AAA} with {@code state.json},
 * one {@code .bin} per array, and {@code manifest.json} (sizes, sha256), written last: a folder
 * without it is an unfinished write. Nothing depends on rename, on append, or on overwriting.
 *
 * <p>One run writes at a time (see {@code driver.lock}); methods may be called from any thread.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  private final Configuration configuration;
  private final Path folder;
  private final int keep;
  private final Consumer<String> notice;
  private final Set<CheckpointName> damaged = new HashSet<>();

  /**
   * @param folder any Hadoop URI; created with the first checkpoint
   * @param keep newest checkpoints that are kept, at least 1
   * @param notice takes sentences for the user
   */
  public CheckpointStore(
      Configuration configuration, Path folder, int keep, Consumer<String> notice) {
    if (keep < 1) {
      throw new IllegalArgumentException("at least one checkpoint must be kept, found " + keep);
    }
    this.configuration = configuration;
    this.folder = folder;
    this.keep = keep;
    this.notice = notice;
  }

  /**
   * Writes a checkpoint, reads it back, commits it, and only then removes the older ones,
   * unfinished writes, damaged checkpoints and those of later rounds (left by an attempt that this
   * run did not resume from).
   *
   * @return its folder
   * @throws StrataException (cluster) where it cannot be written; what was there before is
   *     untouched
   */
  public synchronized Path save(CheckpointContent content) {
    FileSystem fileSystem = fileSystem();
    TreeMap<CheckpointName, Path> before = list(fileSystem);
    int attempt = 0;
    for (CheckpointName name : before.keySet()) {
      attempt = name.round() == content.round() ? name.attempt() + 1 : attempt;
    }
    CheckpointName name = new CheckpointName(content.round(), attempt);
    Path target = new Path(folder, name.toString());
    String what =
        "cannot write the checkpoint of round " + content.round() + lastGood(fileSystem, before);
    try {
      fileSystem.mkdirs(target);
      new CheckpointWriter(fileSystem).write(target, content);
    } catch (IOException | FSError e) {
      discard(fileSystem, target);
      throw OutputFiles.writeFailure(fileSystem, target, what, e);
    } catch (DamagedFileException e) {
      discard(fileSystem, target);
      throw StrataException.cluster(what + ": it cannot be read back as written")
          .file(target)
          .found(e.getMessage())
          .build();
    }
    prune(fileSystem, before, name);
    return target;
  }

  /**
   * The newest intact checkpoint. Damaged ones are reported; where none is left the run starts from
   * the beginning.
   *
   * @throws StrataException (data) where the newest was written by a newer version of Strata;
   *     (cluster) where the file system cannot be read
   */
  public synchronized Optional<CheckpointContent> newest() {
    return newest(Function.identity());
  }

  /**
   * As above, and what the bytes hold: a checkpoint whose content contradicts itself is taken for
   * damaged.
   *
   * @param reading throws StrataException (data), with a name of its files, where it does
   */
  public synchronized <T> Optional<T> newest(Function<CheckpointContent, T> reading) {
    FileSystem fileSystem = fileSystem();
    boolean fellBack = false;
    for (var entry : list(fileSystem).descendingMap().entrySet()) {
      try {
        if (!isCommitted(fileSystem, entry.getValue())) {
          notice.accept(
              "Checkpoint of round "
                  + entry.getKey().round()
                  + " is unfinished and will not be used ("
                  + new Path(entry.getValue(), CheckpointManifest.FILE_NAME)
                  + " does not exist).");
          continue;
        }
        CheckpointContent content =
            new CheckpointReader(fileSystem).read(entry.getValue(), entry.getKey());
        T read = read(reading, content, entry.getValue());
        if (fellBack) {
          notice.accept("Resuming from the checkpoint of round " + content.round() + ".");
        }
        return Optional.of(read);
      } catch (DamagedFileException e) {
        fellBack = true;
        damaged.add(entry.getKey());
        LOG.info("The checkpoint {} is damaged", entry.getValue(), e);
        notice.accept(
            "Checkpoint of round "
                + entry.getKey().round()
                + " is damaged ("
                + e.getMessage()
                + "); using the previous one.");
      } catch (IOException e) {
        throw OutputFiles.readFailure(entry.getValue(), e);
      }
    }
    if (fellBack) {
      notice.accept("No intact checkpoint in " + folder + "; starting from the beginning.");
    }
    return Optional.empty();
  }

  private static <T> T read(
      Function<CheckpointContent, T> reading, CheckpointContent content, Path path)
      throws DamagedFileException {
    try {
      return reading.apply(content);
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      Path file = new Path(path, e.file().orElse(CheckpointManifest.STATE_FILE));
      throw new DamagedFileException(
          file, e.found().orElse(e.what()), e.expected().orElse("the file as written"));
    }
  }

  /**
   * Folder of the newest committed checkpoint not known to be damaged, for messages: nothing is
   * verified.
   */
  public synchronized Optional<Path> newestCommitted() {
    FileSystem fileSystem = fileSystem();
    return newestCommitted(fileSystem, list(fileSystem));
  }

  /**
   * Removes every checkpoint and the folder.
   *
   * @throws StrataException (cluster) where that fails
   */
  public synchronized void removeAll() {
    FileSystem fileSystem = fileSystem();
    try {
      for (Path path : list(fileSystem).values()) {
        remove(fileSystem, path);
      }
      fileSystem.delete(folder, true);
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(fileSystem, folder, "cannot delete checkpoints", e);
    }
  }

  private Optional<Path> newestCommitted(FileSystem fileSystem, TreeMap<CheckpointName, Path> all) {
    for (var entry : all.descendingMap().entrySet()) {
      try {
        if (!damaged.contains(entry.getKey()) && isCommitted(fileSystem, entry.getValue())) {
          return Optional.of(entry.getValue());
        }
      } catch (IOException e) {
        throw OutputFiles.readFailure(entry.getValue(), e);
      }
    }
    return Optional.empty();
  }

  private String lastGood(FileSystem fileSystem, TreeMap<CheckpointName, Path> all) {
    return newestCommitted(fileSystem, all)
        .map(path -> " (last good checkpoint: " + path.getName() + ")")
        .orElse(" (no earlier checkpoint)");
  }

  private void prune(
      FileSystem fileSystem, TreeMap<CheckpointName, Path> before, CheckpointName saved) {
    List<Path> superfluous = new ArrayList<>();
    int kept = 1;
    try {
      for (var entry : before.descendingMap().entrySet()) {
        boolean good =
            entry.getKey().round() < saved.round()
                && !damaged.contains(entry.getKey())
                && isCommitted(fileSystem, entry.getValue());
        if (!good || kept == keep) {
          superfluous.add(entry.getValue());
        } else {
          kept++;
        }
      }
      for (Path path : superfluous) {
        remove(fileSystem, path);
      }
    } catch (IOException | FSError e) {
      // the new checkpoint is safe; that old ones take space is no reason to stop training
      LOG.info("Older checkpoints in {} cannot be deleted", folder, e);
      notice.accept("Older checkpoints in " + folder + " could not be deleted: " + e.getMessage());
    }
  }

  /**
   * The manifest first, so that a removal that stops halfway leaves an unfinished write, not a
   * damaged checkpoint.
   */
  private static void remove(FileSystem fileSystem, Path path) throws IOException {
    fileSystem.delete(new Path(path, CheckpointManifest.FILE_NAME), false);
    fileSystem.delete(path, true);
  }

  private static void discard(FileSystem fileSystem, Path path) {
    try {
      remove(fileSystem, path);
    } catch (IOException | FSError e) {
      // the failure of writing is what is told; the next save removes the rest
      LOG.info("The unfinished checkpoint {} cannot be removed", path, e);
    }
  }

  private static boolean isCommitted(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.exists(new Path(path, CheckpointManifest.FILE_NAME));
  }

  private FileSystem fileSystem() {
    try {
      return Storage.of(folder, configuration);
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }

  private TreeMap<CheckpointName, Path> list(FileSystem fileSystem) {
    TreeMap<CheckpointName, Path> found = new TreeMap<>();
    try {
      for (FileStatus status : fileSystem.listStatus(folder)) {
        if (status.isDirectory()) {
          CheckpointName.parse(status.getPath().getName())
              .ifPresent(name -> found.put(name, status.getPath()));
        }
      }
    } catch (FileNotFoundException e) {
      return found;
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
    return found;
  }
}
