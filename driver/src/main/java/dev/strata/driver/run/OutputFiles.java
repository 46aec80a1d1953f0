package dev.strata.driver.run;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.security.AccessControlException;

/**
 * Small files on any Hadoop file system, and what goes wrong with them, told so that a user can act
 * on it.
 */
public final class OutputFiles {
  /** How the stores say that they are full; they have no common exception. */
  private static final List<String> FULL =
      List.of(
          "No space left on device",
          "Disk quota exceeded",
          "not enough space",
          "QuotaExceededException",
          "DiskOutOfSpaceException",
          "could only be written to 0 of the");

  /** A file that a writer has created and not yet filled is read again for this long. */
  private static final Duration EMPTY = Duration.ofSeconds(2);

  private static final long EMPTY_MILLISECONDS = 50;

  private OutputFiles() {}

  /**
   * The file system without Hadoop's hidden {@code .crc} files on local disks: for files that
   * people read and edit. A checksum left beside a file that somebody edited makes it unreadable.
   */
  public static FileSystem plain(FileSystem fileSystem) {
    return fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
  }

  /**
   * The file's text; empty where there is no such file.
   *
   * <p>Another process may be writing the file just now: an empty one is read again for two
   * seconds.
   *
   * @throws DamagedFileException where the store itself finds the file damaged
   * @throws StrataException (cluster) where it cannot be read
   */
  public static Optional<String> read(Configuration configuration, Path file)
      throws DamagedFileException {
    try {
      FileSystem fileSystem = plain(Storage.of(file, configuration));
      try {
        return Optional.of(text(fileSystem, file));
      } catch (FileNotFoundException e) {
        // Local disks say so too of a file that may not be read. It is not to be taken for none.
        return fileSystem.exists(file) ? Optional.of(text(fileSystem, file)) : Optional.empty();
      }
    } catch (IOException | FSError e) {
      if (saysDamaged(e)) {
        throw new DamagedFileException(
            file, "its store reports the file as damaged: " + e.getMessage(), "an intact file");
      }
      throw readFailure(file, e);
    }
  }

  private static String text(FileSystem fileSystem, Path file) throws IOException {
    long end = System.nanoTime() + EMPTY.toNanos();
    String text = textNow(fileSystem, file);
    while (text.isEmpty() && System.nanoTime() < end) {
      try {
        Thread.sleep(EMPTY_MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading " + file);
      }
      text = textNow(fileSystem, file);
    }
    return text;
  }

  private static String textNow(FileSystem fileSystem, Path file) throws IOException {
    try (FSDataInputStream in = fileSystem.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Replaces the file.
   *
   * @throws StrataException (cluster) where that fails; a full volume is named
   */
  public static void write(Configuration configuration, Path file, String text) {
    replace(configuration, file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** As above, with any content. */
  public static void replace(Configuration configuration, Path file, Writing content) {
    try {
      FileSystem fileSystem = plain(Storage.of(file, configuration));
      try {
        write(fileSystem.create(file, true), content);
      } catch (IOException | FSError e) {
        throw writeFailure(fileSystem, file, "cannot write " + file.getName(), e);
      }
    } catch (IOException e) {
      throw readFailure(file, e);
    }
  }

  /**
   * Writes and closes a new file; its bytes survive a loss of power where the store can do that
   * before closing.
   *
   * <p>Not a try-with-resources: HDFS throws the failure of a write once more, the same object,
   * when the stream is closed, and an exception that suppresses itself is an
   * IllegalArgumentException that hides both.
   */
  public static void write(FSDataOutputStream out, Writing writing) throws IOException {
    try {
      writing.to(out);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (IOException | RuntimeException | FSError e) {
      try {
        out.close();
      } catch (IOException | RuntimeException | FSError again) {
        if (again != e) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
    out.close();
  }

  /** Writes the content of a new file. */
  @FunctionalInterface
  public interface Writing {
    void to(FSDataOutputStream out) throws IOException;
  }

  /** Whether a reading failed because of the file's content, not of the way to it. */
  public static boolean saysDamaged(Throwable thrown) {
    return thrown instanceof ChecksumException || thrown instanceof EOFException;
  }

  /** (cluster) Something that is there cannot be read; (configuration) may not be read. */
  public static StrataException readFailure(Path file, Throwable cause) {
    return readFailure(null, file, cause);
  }

  /**
   * As above.
   *
   * @param key the configuration key that led there; null where that is not known
   */
  public static StrataException readFailure(String key, Path file, Throwable cause) {
    if (isDenied(cause)) {
      return denied("no permission to use the file or folder", key, file, cause);
    }
    return StrataException.cluster("cannot read from the file system")
        .key(key)
        .file(file)
        .found(reason(cause))
        .cause(cause)
        .build();
  }

  /**
   * (cluster) Something cannot be written; where that is for want of space, the volume is named.
   * (configuration) It may not be written, or a file is where a folder is needed.
   */
  public static StrataException writeFailure(
      FileSystem fileSystem, Path file, String what, Throwable cause) {
    if (isFull(cause)) {
      return StrataException.cluster(
              what + ": no space left on the volume " + Volume.describe(fileSystem, file))
          .file(file)
          .found(reason(cause))
          .expected(
              "free space; then run the command again to resume from the last good checkpoint")
          .cause(cause)
          .build();
    }
    if (isDenied(cause)) {
      return denied(what + ": no permission", null, file, cause);
    }
    if (isInFile(cause)) {
      return StrataException.configuration(what + ": a file is where a folder is needed")
          .file(file)
          .found(reason(cause))
          .expected("another folder")
          .cause(cause)
          .build();
    }
    return StrataException.cluster(what).file(file).found(reason(cause)).cause(cause).build();
  }

  /** Whether a failure says that a file has the name of a folder that is needed. */
  private static boolean isInFile(Throwable thrown) {
    return thrown instanceof ParentNotDirectoryException
        || thrown instanceof FileAlreadyExistsException
            && String.valueOf(thrown.getMessage()).contains("not a directory");
  }

  /** No retry helps. */
  private static StrataException denied(String what, String key, Path file, Throwable cause) {
    return StrataException.configuration(what)
        .key(key)
        .file(file)
        .found(reason(cause))
        .expected(
            "permission for "
                + System.getProperty("user.name", "this user")
                + ", or another folder")
        .cause(cause)
        .build();
  }

  /** Whether a failure says that a user may not do that. */
  public static boolean isDenied(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof AccessControlException
          || t instanceof AccessDeniedException
          || String.valueOf(t.getMessage()).contains("Permission denied")) {
        return true;
      }
    }
    return false;
  }

  /** Whether a failure says that a volume or a quota is full. */
  public static boolean isFull(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String text = t.toString();
      if (FULL.stream().anyMatch(text::contains)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a failure is the network's or a starting cluster's, so that a retry may help. */
  static boolean isTransient(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof NoRouteToHostException
          || t instanceof SocketException
          || t instanceof SocketTimeoutException
          || t.toString().contains("SafeModeException")
          || t.toString().contains("StandbyException")) {
        return true;
      }
    }
    return false;
  }

  /** The first line of a failure's message: remote failures carry whole stack traces in it. */
  public static String reason(Throwable thrown) {
    String message = thrown.getMessage();
    String text =
        message == null || message.isBlank()
            ? thrown.toString()
            : message.lines().findFirst().orElse("");
    return thrown.getClass().getSimpleName() + ": " + text.strip();
  }
}
