package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A version of Spark that {@code strata.jar} is checked and run on: a line of {@code
 * it-tests/spark/versions.txt}, whose libraries the build has resolved ({@code class-paths.sh}).
 *
 * @param spark such as {@code 4.2.0}
 * @param scala such as {@code 2.13}
 * @param hasMl whether its libraries include Spark ML, which Strata needs to run
 */
public record SparkVersion(String spark, String scala, boolean hasMl) {
  private static final Path FOLDER = Path.of("target", "spark").toAbsolutePath();

  /** In the order of the file. */
  public static List<SparkVersion> all() {
    try {
      return Files.readAllLines(Project.file("it-tests/spark/versions.txt")).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" "))
          .map(parts -> new SparkVersion(parts[0], parts[1], parts.length == 2))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The complete ones that {@code -Dstrata.spark} names: the newest by default, {@code all}, or a
   * list such as {@code 3.5.9,4.2.0}.
   */
  public static List<SparkVersion> asked() {
    List<SparkVersion> complete = all().stream().filter(SparkVersion::hasMl).toList();
    String asked = System.getProperty("strata.spark", "newest");
    if (asked.equals("newest")) {
      return complete.subList(complete.size() - 1, complete.size());
    }
    return asked.equals("all")
        ? complete
        : Arrays.stream(asked.split(",")).map(SparkVersion::named).toList();
  }

  /** The first complete one of that name, such as {@code 4.2.0}. */
  public static SparkVersion named(String spark) {
    return all().stream()
        .filter(version -> version.hasMl() && version.spark().equals(spark))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(spark + " is not in it-tests/spark/versions.txt"));
  }

  /** Jars of Spark and of what it needs. */
  public List<Path> classPath() {
    Path file = FOLDER.resolve(this + ".classpath");
    try {
      String jars = Files.readString(file).strip();
      return Arrays.stream(jars.split(System.getProperty("path.separator"))).map(Path::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "run ./mvnw verify, or it-tests/spark/class-paths.sh it-tests/target/spark first", e);
    }
  }

  /** A folder that SPARK_HOME may name: the embedded Spark's scripts with this version's jars. */
  public Path home() {
    Path home = FOLDER.resolve(toString());
    try {
      for (String file : List.of("bin/spark-class", "bin/spark-submit", "conf/log4j2.properties")) {
        Files.createDirectories(home.resolve(file).getParent());
        Files.copy(
            Project.file("deploy/spark").resolve(file),
            home.resolve(file),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
      }
      Path jars = Files.createDirectories(home.resolve("jars"));
      List<Path> linked = classPath();
      try (Stream<Path> links = Files.list(jars)) {
        // Of an earlier build, whose libraries were others.
        for (Path link : links.toList()) {
          if (linked.stream().noneMatch(jar -> jar.getFileName().equals(link.getFileName()))) {
            Files.delete(link);
          }
        }
      }
      for (Path jar : linked) {
        Path link = jars.resolve(jar.getFileName());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, jar);
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A jar that, first on the class path, makes any Spark say that it is another version.
   *
   * @param folder of the jar
   */
  public static Path jarThatClaims(String version, Path folder) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    String name = "org/apache/spark/package";
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
    MethodVisitor method =
        writer.visitMethod(
            Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC,
            "SPARK_VERSION",
            "()Ljava/lang/String;",
            null,
            null);
    method.visitLdcInsn(version);
    method.visitInsn(Opcodes.ARETURN);
    method.visitMaxs(0, 0);
    writer.visitEnd();
    Path jar = folder.resolve("spark-" + version + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry(name + ".class"));
      out.write(writer.toByteArray());
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return spark + "_" + scala;
  }
}
