package dev.strata.it.support;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What lies in an output folder, on any file system, while a run writes it and afterwards. */
public record Outputs(RunFolder run) {
  public static Outputs of(Configuration configuration, String outputDir) {
    return new Outputs(RunFolder.of(configuration, outputDir));
  }

  public static Outputs of(java.nio.file.Path outputDir) {
    return of(new Configuration(false), outputDir.toUri().toString());
  }

  /** Of the finished run. */
  public RunResult result() {
    return run.result().orElseThrow(() -> new AssertionError("no result.json in " + run.folder()));
  }

  /** Folders of committed checkpoints, oldest first; empty while there are none. */
  public List<Path> checkpoints() {
    return checkpoints(run.checkpoints());
  }

  /** As {@link #checkpoints()}, of one phase of a run of several. */
  public List<Path> checkpoints(String phase) {
    return checkpoints(new Path(run.checkpoints(), phase));
  }

  private List<Path> checkpoints(Path folder) {
    try {
      FileSystem fileSystem = fileSystem();
      if (!fileSystem.exists(folder)) {
        return List.of();
      }
      return Arrays.stream(fileSystem.globStatus(new Path(folder, "*/manifest.json")))
          .map(manifest -> manifest.getPath().getParent())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts the largest file of the newest committed checkpoint in half. */
  public void truncateNewestCheckpoint() {
    List<Path> all = checkpoints();
    try {
      FileSystem fileSystem = fileSystem();
      FileStatus largest =
          Arrays.stream(fileSystem.listStatus(all.get(all.size() - 1)))
              .max(Comparator.comparingLong(FileStatus::getLen))
              .orElseThrow();
      byte[] half = new byte[(int) (largest.getLen() / 2)];
      try (var in = fileSystem.open(largest.getPath())) {
        in.readFully(half);
      }
      // Deleted first: the local file system would keep a checksum file that says so.
      fileSystem.delete(largest.getPath(), false);
      try (FSDataOutputStream out = fileSystem.create(largest.getPath())) {
        out.write(half);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileSystem fileSystem() throws IOException {
    return run.folder().getFileSystem(run.configuration());
  }
}
