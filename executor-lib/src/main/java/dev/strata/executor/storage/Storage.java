package dev.strata.executor.storage;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.LoggerFactory;

/** The file systems that Strata reads and writes through. */
public final class Storage {
  private static final String LOCAL = "file";

  private static FileSystem disk;

  private Storage() {}

  /**
   * The file system of a path: for local disks a {@link LocalDisk}, one for the whole JVM, unless
   * {@code fs.file.impl} names another class; for all else what Hadoop gives.
   *
   * @throws IOException where there is no such file system, or it cannot be reached
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    URI uri = path.toUri();
    boolean relative = uri.getScheme() == null && uri.getAuthority() == null;
    URI store = relative ? FileSystem.getDefaultUri(hadoop) : uri;
    if (!LOCAL.equals(store.getScheme())
        || hadoop.getBoolean("fs.file.impl.disable.cache", false)
        || FileSystem.getFileSystemClass(LOCAL, hadoop) != LocalFileSystem.class) {
      return path.getFileSystem(hadoop);
    }
    return disk(hadoop);
  }

  /** As Hadoop's cache: the first configuration of a JVM counts. */
  private static synchronized FileSystem disk(Configuration hadoop) throws IOException {
    if (disk == null) {
      LocalDisk first = new LocalDisk();
      first.initialize(URI.create("file:///"), hadoop);
      closeAtTheEnd(first);
      disk = first;
    }
    return disk;
  }

  /** Hadoop closes those of its cache alone, which deletes what is marked for it. */
  private static void closeAtTheEnd(FileSystem files) {
    try {
      ShutdownHookManager.get()
          .addShutdownHook(() -> close(files), FileSystem.SHUTDOWN_HOOK_PRIORITY);
    } catch (IllegalStateException e) {
      // The JVM ends already, and nothing is marked yet.
      LoggerFactory.getLogger(Storage.class).debug("the JVM ends", e);
    }
  }

  private static void close(FileSystem files) {
    try {
      files.close();
    } catch (IOException e) {
      LoggerFactory.getLogger(Storage.class).warn("cannot close the local file system", e);
    }
  }
}
