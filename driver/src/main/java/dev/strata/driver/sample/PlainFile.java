package dev.strata.driver.sample;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that people edit. Hadoop puts a checksum beside every file on a local disk and refuses to read the file once an
 * editor has changed it; these have none.
 */
public final class PlainFile {
  private PlainFile() {}

  /** Replaces the file. */
  public static OutputStream create(Configuration hadoop, Path file) throws IOException {
    FileSystem files = file.getFileSystem(hadoop);
    // With its checksum, where it has one.
    files.delete(file, false);
    FileSystem bare =
        files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
    return bare.create(file, true);
  }
}
