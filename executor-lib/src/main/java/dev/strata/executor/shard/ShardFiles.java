package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Whose fault a failed access to a ShardSet's files is. */
final class ShardFiles {
  private ShardFiles() {}

  static byte[] readAll(Configuration configuration, Path file, String what) {
    try {
      FileSystem files = Storage.of(file, configuration);
      try (FSDataInputStream in = files.open(file)) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw failed(what, file, e);
    }
  }

  /**
   * Missing and damaged files are the data's fault; everything else is the file system's, where a
   * retry may help.
   */
  static StrataException failed(String what, Object file, IOException thrown) {
    if (thrown instanceof FileNotFoundException) {
      return StrataException.data(what + " is missing").file(file).cause(thrown).build();
    }
    if (thrown instanceof ChecksumException || thrown instanceof EOFException) {
      return StrataException.data(what + " is damaged")
          .file(file)
          .found(thrown.getMessage())
          .cause(thrown)
          .build();
    }
    if (thrown instanceof UnsupportedFileSystemException) {
      return StrataException.data(what + " is on a file system that is not known here")
          .file(file)
          .found(thrown.getMessage())
          .cause(thrown)
          .build();
    }
    return StrataException.cluster("cannot reach " + what)
        .file(file)
        .found(thrown.getMessage())
        .cause(thrown)
        .build();
  }
}
