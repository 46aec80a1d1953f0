package dev.strata.driver.imports;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.storage.Storage;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file copied to this machine's disk, with its checksum: HDF5 and zip files are read by position,
 * and a file that is read several times should have the same bytes each time. Closing removes the
 * copy.
 */
final class ImportSource implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ImportSource.class);

  private final String name;
  private final java.nio.file.Path copy;
  private final String sha256;

  private ImportSource(String name, java.nio.file.Path copy, String sha256) {
    this.name = name;
    this.copy = copy;
    this.sha256 = sha256;
  }

  /** A file that is on this machine's disk already, and without a checksum. Do not close it. */
  static ImportSource at(java.nio.file.Path local, String name) {
    return new ImportSource(name, local, "");
  }

  /**
   * @param uri of a file on any Hadoop file system
   * @param key that named it, for errors
   * @throws StrataException (configuration) where there is no such file; (cluster) where it cannot
   *     be read
   */
  static ImportSource copy(Configuration configuration, String uri, String key) {
    Path path;
    FileSystem fileSystem;
    try {
      path = new Path(uri);
      fileSystem = OutputFiles.plain(Storage.of(path, configuration));
    } catch (IOException | IllegalArgumentException e) {
      throw missing(uri, key, "not a file on a known file system", e);
    }
    try {
      if (fileSystem.getFileStatus(path).isDirectory()) {
        Set<String> names = new TreeSet<>();
        for (FileStatus file : fileSystem.listStatus(path)) {
          names.add(file.getPath().getName());
        }
        ForeignFile folder = ForeignFile.folder(names);
        if (!folder.remedy().isEmpty()) {
          throw ImportFormat.refused(uri, folder);
        }
        throw missing(uri, key, folder.what(), null);
      }
      java.nio.file.Path copy = Files.createTempFile("strata-import-", ".bin");
      try {
        MessageDigest digest = Checksum.sha256();
        try (InputStream in =
            new DigestInputStream(new BufferedInputStream(fileSystem.open(path)), digest)) {
          Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        String sha256 = Checksum.hexadecimal(digest);
        return new ImportSource(fileSystem.makeQualified(path).toString(), copy, sha256);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(copy);
        throw e;
      }
    } catch (FileNotFoundException e) {
      throw missing(uri, key, "file not found", e);
    } catch (IOException e) {
      throw OutputFiles.readFailure(path, e);
    }
  }

  private static StrataException missing(String uri, String key, String found, Exception cause) {
    return StrataException.configuration("file not found")
        .key(key)
        .file(uri)
        .found(found)
        .expected("a file on a local disk or any Hadoop file system")
        .cause(cause)
        .build();
  }

  /** Qualified, as the user's file is called. */
  String name() {
    return name;
  }

  java.nio.file.Path local() {
    return copy;
  }

  /** Of the file's bytes, hexadecimal. */
  String sha256() {
    return sha256;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      // A file left in the temporary folder is the operating system's to remove.
      LOG.info("The temporary file {} cannot be removed", copy, e);
    }
  }
}
