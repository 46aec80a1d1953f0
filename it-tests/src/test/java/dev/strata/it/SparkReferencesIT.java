package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import dev.strata.it.support.ClassFiles;
import dev.strata.it.support.Project;
import dev.strata.it.support.SparkVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Every class, method and field that the classes in {@code strata.jar} refer to exists in each
 * version of Spark that Strata runs on, or in the libraries that come with it.
 */
class SparkReferencesIT {
  private static final String OURS = "dev/strata/";
  private static final String ML = "org/apache/spark/ml/";

  private static final String SHADED = "dev/strata/shaded/";

  static List<SparkVersion> versions() {
    return SparkVersion.all();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void resolve(SparkVersion version) throws IOException {
    try (ClassFiles files = files(version)) {
      Map<String, Set<String>> missing = new TreeMap<>();
      int checked = 0;
      for (String name : files.named(OURS)) {
        if (!name.startsWith(SHADED)) {
          checked++;
          files.missing(files.bytes(name)).stream()
              .filter(what -> version.hasMl() || isSparks(what))
              .forEach(what -> missing.computeIfAbsent(what, w -> new TreeSet<>()).add(name));
        }
      }

      assertThat(checked).isGreaterThan(500);
      assertThat(missing).as("missing in Spark " + version + " -> classes that need it").isEmpty();
    }
  }

  /** The call that made the first strata.jar fail on Spark 4. */
  @Test
  void findsACallThatOneVersionLacks() throws IOException {
    byte[] caller =
        caller(
            "scala/collection/JavaConverters",
            "asScalaBufferConverter",
            "(Ljava/util/List;)Lscala/collection/convert/Decorators$AsScala;");

    for (SparkVersion version : versions()) {
      try (ClassFiles files = files(version)) {
        boolean there = version.scala().equals("2.12");
        assertThat(files.missing(caller).isEmpty()).as(version.toString()).isEqualTo(there);
      }
    }
  }

  @Test
  void findsAMethodThatOneVersionWantsImplemented() throws IOException {
    ClassWriter writer = new ClassWriter(0);
    String[] interfaces = {"org/apache/spark/sql/Row"};
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Example", null, "java/lang/Object", interfaces);
    writer.visitEnd();

    try (ClassFiles files = files(versions().get(0))) {
      assertThat(files.missing(writer.toByteArray()))
          .contains("implementation of length()I")
          .noneMatch(what -> what.contains("isNullAt"));
    }
  }

  /** Of Spark without Spark ML, or of Scala; not what a class inherits from Spark ML. */
  private static boolean isSparks(String missing) {
    String name = missing.substring(missing.startsWith("class ") ? 6 : 0);
    return (name.startsWith("org/apache/spark/") || name.startsWith("scala/"))
        && !name.startsWith(ML);
  }

  private static ClassFiles files(SparkVersion version) {
    List<Path> jars = new ArrayList<>(version.classPath());
    jars.add(Project.jar());
    jars.add(optional(OrtEnvironment.class));
    jars.add(optional(TrainingMaster.class));
    jars.add(optional(DataSetLoader.class));
    return new ClassFiles(jars);
  }

  /** The jar of a library that is used if the user has put it on the class path. */
  private static Path optional(Class<?> from) {
    return Path.of(URI.create(from.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static byte[] caller(String owner, String name, String type) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Example", null, "java/lang/Object", null);
    MethodVisitor method =
        writer.visitMethod(Opcodes.ACC_STATIC, "call", "()Ljava/lang/Object;", null, null);
    method.visitInsn(Opcodes.ACONST_NULL);
    method.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, type, false);
    method.visitInsn(Opcodes.ARETURN);
    method.visitMaxs(0, 0);
    writer.visitEnd();
    return writer.toByteArray();
  }
}
