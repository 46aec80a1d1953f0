package dev.strata.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Spark's and Strata's classes as a JVM has parsed them (class-data sharing of applications), for
 * the many processes of these tests: one process writes the file at its end, later ones map it.
 *
 * <p>Java uses it only where the class path begins as that of the writer, and where no jar of it
 * has changed; otherwise it reads the jars, as without it.
 */
final class ClassArchive {
  private static final Path FOLDER = Path.of("target", "class-archive").toAbsolutePath();

  private ClassArchive() {}

  /**
   * What a class path has to begin with: a folder, as of a configuration, must not come before.
   * Strata's jar stands here, so that Java's own class loader reads it: a class of Spark's loader
   * for users' jars cannot be shared.
   */
  static String classPath() {
    return jars().resolve("*") + File.pathSeparator + Project.jar();
  }

  /** Options of a process that uses the archive; none while there is none. */
  static String use() {
    Path file = file();
    return Files.isRegularFile(file)
        ? " -XX:SharedArchiveFile=" + file + " -Xlog:cds=off -Xlog:cds+dynamic=off"
        : "";
  }

  /** Runs a command to its end; keeps the classes that its driver has loaded, if none are kept. */
  static void record(StrataCommand command) {
    Path file = file();
    if (Files.isRegularFile(file)) {
      command.run(0);
      return;
    }
    Path written = FOLDER.resolve(UUID.randomUUID() + ".part");
    try {
      Files.createDirectories(FOLDER);
      command
          .spark("--driver-java-options", "-XX:ArchiveClassesAtExit=" + written + " -Xlog:cds=off")
          .run(0);
      if (Files.isRegularFile(written)) {
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Named by what it was made of. */
  private static Path file() {
    Map<String, List<Long>> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(jars())) {
      for (Path jar : Stream.concat(files, Stream.of(Project.jar())).toList()) {
        content.put(
            jar.toString(), List.of(Files.size(jar), Files.getLastModifiedTime(jar).toMillis()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String made = System.getProperty("java.vm.version") + content;
    return FOLDER.resolve(UUID.nameUUIDFromBytes(made.getBytes(UTF_8)) + ".jsa");
  }

  private static Path jars() {
    return Project.sparkHome().resolve("jars");
  }
}
