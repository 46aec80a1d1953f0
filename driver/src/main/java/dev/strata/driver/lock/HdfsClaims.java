package dev.strata.driver.lock;

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
import org.apache.hadoop.ipc.RemoteException;

/** Claims on HDFS, whose name node lets exactly one exclusive creation of a file succeed. */
final class HdfsClaims implements ClaimPort {
  private static final int READINGS = 2;

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
   * Empty where the claim is gone, is still being written, or has content that the store cannot
   * give: a reader that meets its writing or deletion gets an error about a read past the end or a
   * block without a place. The claim's name and time lie with the name node and judge it then; a
   * name node that fails fails there too.
   */
  @Override
  public Optional<byte[]> read(String name) throws IOException {
    Path file = new Path(folder, name);
    for (int reading = 0; reading < READINGS; reading++) {
      try (FSDataInputStream in = fileSystem.open(file)) {
        return Optional.of(in.readAllBytes());
      } catch (FileNotFoundException e) {
        return Optional.empty();
      } catch (IOException e) {
        if (OutputFiles.isDenied(e)) {
          throw e;
        }
      }
    }
    return Optional.empty();
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
