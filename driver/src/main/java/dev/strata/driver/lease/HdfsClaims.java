package dev.strata.driver.lease;

import dev.strata.driver.run.OutputFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.ipc.RemoteException;

/** Claims on HDFS, whose name node lets exactly one exclusive creation of a file succeed. */
final class HdfsClaims implements ClaimPort {
  private static final int READINGS = 3;

  private final FileSystem fileSystem;
  private final Path folder;

  HdfsClaims(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    try {
      OutputFiles.write(
          fileSystem.create(new Path(folder, name), false), out -> out.write(content));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (RemoteException e) {
      // a file that another client is still writing is told in this way
      if (e.getClassName().endsWith("AlreadyBeingCreatedException")) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void write(String name, byte[] content) throws IOException {
    OutputFiles.write(fileSystem.create(new Path(folder, name), true), out -> out.write(content));
  }

  /**
   * A claim that its writer closes, or that somebody deletes, while it is read: the client then
   * reports a read past the end of the file or a block that it does not find. The next reading
   * tells which. A reading that fails each time is the store's failure, unless the claim is still
   * being written.
   */
  @Override
  public Optional<byte[]> read(String name) throws IOException {
    Path file = new Path(folder, name);
    IOException failure = null;
    for (int reading = 0; reading < READINGS; reading++) {
      try (FSDataInputStream in = fileSystem.open(file)) {
        return Optional.of(in.readAllBytes());
      } catch (FileNotFoundException e) {
        return Optional.empty();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (isBeingWritten(file)) {
      return Optional.empty();
    }
    throw failure;
  }

  private boolean isBeingWritten(Path file) throws IOException {
    return fileSystem instanceof DistributedFileSystem hdfs && !hdfs.isFileClosed(file);
  }

  @Override
  public Optional<Long> modified(String name) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(new Path(folder, name)).getModificationTime());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> list() throws IOException {
    try {
      return Arrays.stream(fileSystem.listStatus(folder))
          .map(status -> status.getPath().getName())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    fileSystem.delete(new Path(folder, name), false);
  }
}
