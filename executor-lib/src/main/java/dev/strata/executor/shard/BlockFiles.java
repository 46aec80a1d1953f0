package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockSpec.FileSpec;
import dev.strata.executor.storage.Storage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Brings a block's file into memory, checked: local files are mapped where they are, others are
 * copied to a local disk first. A copy loses its name as soon as it is mapped, so that its space
 * returns with the mapping, even after a kill.
 */
final class BlockFiles {
  private static final int COPY_BYTES = 1 << 20;

  private final List<File> localDisks;

  /**
   * @param localDisks folders for copies, at least one
   */
  BlockFiles(List<File> localDisks) {
    this.localDisks = List.copyOf(localDisks);
  }

  /**
   * @throws LocalDiskException where the copy cannot be written
   * @throws StrataException (data) where the file is missing, or its length or checksum is another
   */
  ByteBuffer map(Configuration configuration, Path path, FileSpec expected)
      throws LocalDiskException {
    ByteBuffer bytes;
    try {
      FileSystem files = Storage.of(path, configuration);
      bytes =
          "file".equals(files.getUri().getScheme())
              ? map(new File(files.makeQualified(path).toUri().getPath()).toPath(), path, expected)
              : copyAndMap(files, path, expected);
    } catch (LocalDiskException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw StrataException.data("a file of a ShardSet is missing").file(path).cause(e).build();
    } catch (IOException e) {
      throw ShardFiles.failed("a file of a ShardSet", path, e);
    }
    String checksum = Checksum.of(bytes);
    if (!checksum.equals(expected.sha256())) {
      throw damaged(path, "sha256 " + checksum, "sha256 " + expected.sha256());
    }
    return bytes;
  }

  /** The length comes first: nothing else is copied or mapped. */
  private static void requireLength(Path path, long found, FileSpec expected) {
    if (found != expected.bytes()) {
      throw damaged(path, found + " bytes", expected.bytes() + " bytes");
    }
  }

  private static ByteBuffer map(java.nio.file.Path file, Path path, FileSpec expected)
      throws IOException {
    if (Files.isDirectory(file)) {
      throw damaged(path, "a folder", expected.bytes() + " bytes");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireLength(path, channel.size(), expected);
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  private ByteBuffer copyAndMap(FileSystem files, Path path, FileSpec expected) throws IOException {
    int disk = Math.floorMod(expected.sha256().hashCode(), localDisks.size());
    File folder = localDisks.get(disk);
    requireLength(path, files.getFileStatus(path).getLen(), expected);
    try (InputStream in = files.open(path)) {
      java.nio.file.Path copy = newFile(folder);
      try {
        copy(in, copy);
        return map(copy, path, expected);
      } finally {
        Files.deleteIfExists(copy);
      }
    }
  }

  private static java.nio.file.Path newFile(File folder) throws LocalDiskException {
    try {
      return Files.createTempFile(folder.toPath(), "strata-block-", ".npy");
    } catch (IOException e) {
      throw new LocalDiskException(folder, e);
    }
  }

  /** Distinguishes failures of reading and writing. */
  private static void copy(InputStream in, java.nio.file.Path copy) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    try (FileChannel out = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        try {
          ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
          while (chunk.hasRemaining()) {
            out.write(chunk);
          }
        } catch (IOException e) {
          throw new LocalDiskException(copy.getParent().toFile(), e);
        }
      }
    }
  }

  private static StrataException damaged(Path path, String found, String expected) {
    return StrataException.data("a file of a ShardSet is damaged")
        .file(path)
        .found(found)
        .expected(expected)
        .build();
  }

  /** The local disk, not the ShardSet, is the problem. */
  static final class LocalDiskException extends IOException {
    private static final long serialVersionUID = 1L;

    LocalDiskException(File folder, IOException cause) {
      super(folder + ": " + cause.getMessage(), cause);
    }
  }
}
