package dev.strata.driver.checkpoint;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds a run's last checkpoint where each of its phases may have a folder of its own. */
public final class NewestCheckpoint {
  private NewestCheckpoint() {}

  /**
   * Folder of the checkpoint committed last in {@code folder} or in one of the phases' folders in
   * it; for messages: nothing is verified.
   *
   * @throws dev.strata.executor.failure.StrataException (cluster) where the file system cannot be
   *     read
   */
  public static Optional<Path> below(Configuration configuration, Path folder) {
    Path newest = null;
    long newestAt = Long.MIN_VALUE;
    List<Path> folders = new ArrayList<>(phases(configuration, folder));
    folders.add(0, folder);
    for (Path phase : folders) {
      Optional<Path> found =
          new CheckpointStore(configuration, phase, 1, notice -> {}).newestCommitted();
      if (found.isPresent() && committedAt(configuration, found.get()) >= newestAt) {
        newest = found.get();
        newestAt = committedAt(configuration, newest);
      }
    }
    return Optional.ofNullable(newest);
  }

  private static List<Path> phases(Configuration configuration, Path folder) {
    List<Path> found = new ArrayList<>();
    try {
      FileSystem files = Storage.of(folder, configuration);
      for (FileStatus status : files.listStatus(folder)) {
        String name = status.getPath().getName();
        if (status.isDirectory() && CheckpointName.parse(name).isEmpty()) {
          found.add(status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return found;
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
    Collections.sort(found);
    return found;
  }

  private static long committedAt(Configuration configuration, Path checkpoint) {
    Path manifest = new Path(checkpoint, CheckpointManifest.FILE_NAME);
    try {
      return Storage.of(manifest, configuration).getFileStatus(manifest).getModificationTime();
    } catch (IOException e) {
      throw OutputFiles.readFailure(manifest, e);
    }
  }
}
