package dev.strata.executor.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir java.nio.file.Path folder;

  @Test
  void filesAndFoldersAreThoseOfHadoopsOwn() throws IOException {
    Map<String, String> own = written("own", Storage.of(path("own"), HADOOP));
    Map<String, String> hadoops = written("hadoops", path("hadoops").getFileSystem(HADOOP));
    assertEquals(hadoops, own);
    assertEquals("rwx------", own.get("a/private"));
    assertEquals(4, own.keySet().stream().filter(name -> name.endsWith(".crc")).count());
  }

  @Test
  void noFileStartsAProcess() throws Exception {
    FileSystem files = Storage.of(path("quiet"), HADOOP);
    // Hadoop asks once for what the host can do.
    written("before", files);
    java.nio.file.Path recorded = folder.resolve("recorded.jfr");
    try (Recording events = new Recording()) {
      events.enable("jdk.ProcessStart");
      events.start();
      written("quiet", files);
      // So that the recording is known to see one.
      new ProcessBuilder("true").start().waitFor();
      events.stop();
      events.dump(recorded);
    }
    List<String> started =
        RecordingFile.readAllEvents(recorded).stream()
            .map(event -> event.getString("command"))
            .toList();
    assertEquals(List.of("true"), started);
  }

  @Test
  void oneInstanceServesTheJvm() throws IOException {
    FileSystem files = Storage.of(path("one"), HADOOP);
    assertInstanceOf(LocalDisk.class, files);
    assertSame(files, Storage.of(new Path("relative"), new Configuration(false)));
    assertSame(files, Storage.of(new Path("file:/elsewhere"), new Configuration()));
  }

  @Test
  void anotherClassOfTheUsersIsKept() throws IOException {
    Configuration other = new Configuration();
    other.set("fs.file.impl", RawLocalFileSystem.class.getName());
    other.setBoolean("fs.file.impl.disable.cache", true);
    assertSame(RawLocalFileSystem.class, Storage.of(path("raw"), other).getClass());
    Configuration apart = new Configuration();
    apart.setBoolean("fs.file.impl.disable.cache", true);
    assertSame(LocalFileSystem.class, Storage.of(path("apart"), apart).getClass());
  }

  @Test
  void foldersMarkedForDeletionGoWithTheJvm() throws Exception {
    java.nio.file.Path marked = Files.createDirectories(folder.resolve("marked/within"));
    Process jvm =
        new ProcessBuilder(
                java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Marks.class.getName(),
                marked.getParent().toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jvm.waitFor(), said);
    assertFalse(Files.exists(marked.getParent()), said);
  }

  /** A program of its own: marks a folder and ends. */
  public static final class Marks {
    private Marks() {}

    public static void main(String[] arguments) throws IOException {
      Path marked = new Path(arguments[0]);
      if (!Storage.of(marked, HADOOP).deleteOnExit(marked)) {
        throw new IOException("no folder " + marked);
      }
    }
  }

  /** Name and permissions of all that a program may do. */
  private Map<String, String> written(String name, FileSystem files) throws IOException {
    Path root = path(name);
    files.mkdirs(new Path(root, "a/b"));
    files.mkdirs(new Path(root, "a/private"), new FsPermission((short) 0700));
    for (String file : List.of("one", "a/two", "a/b/three", "a/private/four")) {
      try (FSDataOutputStream out = files.create(new Path(root, file), true)) {
        out.write(file.getBytes(StandardCharsets.UTF_8));
      }
    }
    files.setPermission(new Path(root, "a/two"), new FsPermission((short) 0640));
    Map<String, String> all = new TreeMap<>();
    java.nio.file.Path top = folder.resolve(name);
    try (var found = Files.walk(top)) {
      for (java.nio.file.Path one : found.toList()) {
        all.put(
            top.relativize(one).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
      }
    }
    return all;
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }
}
