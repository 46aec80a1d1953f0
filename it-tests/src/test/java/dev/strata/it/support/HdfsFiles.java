package dev.strata.it.support;

import dev.strata.driver.lock.OutputLock;
import dev.strata.executor.shard.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** A folder of a mini HDFS that a test fills and compares as a whole. */
public final class HdfsFiles {
  private final FileSystem fileSystem;
  private final Path folder;

  public HdfsFiles(FileSystem fileSystem, String folder) {
    this.fileSystem = fileSystem;
    this.folder = fileSystem.makeQualified(new Path(folder));
  }

  /** URI of the folder. */
  public String root() {
    return folder.toString();
  }

  public void write(String name, String text) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(new Path(folder, name), true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Copies the files of a local folder, without folders in it. */
  public void upload(java.nio.file.Path local, String name) throws IOException {
    List<java.nio.file.Path> files;
    try (Stream<java.nio.file.Path> entries = Files.list(local)) {
      files = entries.filter(Files::isRegularFile).toList();
    }
    for (java.nio.file.Path file : files) {
      write(name + "/" + file.getFileName(), Files.readString(file));
    }
  }

  /**
   * Path → SHA-256 and time of the last change of every file, without those of locks: each command
   * that looks into an output folder takes its lock, which has a counter.
   */
  public Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> entries = fileSystem.listFiles(folder, true);
    while (entries.hasNext()) {
      LocatedFileStatus file = entries.next();
      if (file.getPath().getParent().getName().equals(OutputLock.FOLDER)) {
        continue;
      }
      try (var in = fileSystem.open(file.getPath())) {
        content.put(
            folder.toUri().relativize(file.getPath().toUri()).toString(),
            Checksum.of(in.readAllBytes()) + " " + file.getModificationTime());
      }
    }
    return content;
  }
}
