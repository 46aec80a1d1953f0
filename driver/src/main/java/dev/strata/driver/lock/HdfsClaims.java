package dev.strata.driver.lock;

import dev.strata.driver.run.OutputFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.ipc.RemoteException;

/**
 * Claims on HDFS, whose name node lets exactly one exclusive creation of a file succeed.
 *
 * <p>A file that is still being written is never opened. A data node that serves a block while it
 * finishes it may find the block's checksum file empty; it then suspects the block, scans it at
 * once, and may report it to the name node as corrupt. The writer of a block with one replica could
 * not close its file then, nor anybody read it.
 */
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
    Path file = new Path(folder, name);
    try {
      FSDataOutputStream out = fileSystem.create(file, false);
      try {
        OutputFiles.write(out, to -> to.write(content));
      } catch (IOException | RuntimeException e) {
        giveUp(file, e);
        throw e;
      }
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

  /** Removes a claim that was won but could not be written: no run would hold the folder. */
  private void giveUp(Path file, Exception failure) {
    try {
      fileSystem.delete(file, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void write(String name, byte[] content) throws IOException {
    OutputFiles.write(fileSystem.create(new Path(folder, name), true), out -> out.write(content));
  }

  /**
   * Empty where the claim is gone, is still being written, or has content that the store cannot
   * give: a reader that meets its deletion gets an error about a block without a place. The claim's
   * name and time lie with the name node and judge it then; a name node that fails fails there too.
   */
  @Override
  public Optional<byte[]> read(String name) throws IOException {
    Path file = new Path(folder, name);
    for (int reading = 0; reading < READINGS; reading++) {
      if (isBeingWritten(file)) {
        return Optional.empty();
      }
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

  private boolean isBeingWritten(Path file) throws IOException {
    try {
      return fileSystem instanceof DistributedFileSystem hdfs && !hdfs.isFileClosed(file);
    } catch (FileNotFoundException e) {
      return false;
    }
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
