package dev.strata.it.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Whole folders on HDFS: read into memory, written again under another name. */
record HdfsFolder(FileSystem fileSystem, Path path) {
  /** Relative path of each file → its bytes. */
  Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> all = fileSystem.listFiles(path, true);
    while (all.hasNext()) {
      LocatedFileStatus file = all.next();
      String below = path.toUri().relativize(file.getPath().toUri()).getPath();
      below = below.startsWith("/") ? below.substring(path.toUri().getPath().length() + 1) : below;
      byte[] bytes = new byte[(int) file.getLen()];
      try (var in = fileSystem.open(file.getPath())) {
        in.readFully(bytes);
      }
      files.put(below, bytes);
    }
    return files;
  }

  /**
   * Writes a folder that does not exist yet.
   *
   * @param changed wins over {@code files}; null: no such file
   */
  void write(Map<String, byte[]> files, Map<String, byte[]> changed) throws IOException {
    Map<String, byte[]> all = new TreeMap<>(files);
    all.putAll(changed);
    change(all);
  }

  /** Writes files over others; null deletes one. */
  void change(Map<String, byte[]> changed) throws IOException {
    for (Map.Entry<String, byte[]> file : changed.entrySet()) {
      Path name = new Path(path, file.getKey());
      if (file.getValue() == null) {
        fileSystem.delete(name, false);
      } else {
        try (FSDataOutputStream out = fileSystem.create(name, true)) {
          out.write(file.getValue());
        }
      }
    }
  }

  void delete() throws IOException {
    fileSystem.delete(path, true);
  }
}
