package dev.strata.driver.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;

/**
 * Local files behind the scheme {@code denied:} that nobody may read, told as local disks tell it
 * of files, and HDFS of folders.
 */
public final class DeniedFileSystem extends RawLocalFileSystem {
  private static final String SCHEME = "denied";

  /** Makes the scheme known. */
  public static void configure(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", DeniedFileSystem.class.getName());
  }

  /** A local file or folder, behind the scheme. */
  public static String uri(java.nio.file.Path path) {
    return SCHEME + "://" + path;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    throw new FileNotFoundException(file + " (Permission denied)");
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    throw new AccessControlException("Permission denied: user=somebody, inode=" + folder);
  }
}
