package dev.strata.it.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what these tests run as a user would. */
public final class Project {
  /** Names the version of Spark on which processes run, if it is not the embedded one. */
  private static final String SPARK = "strata.it.spark";

  private static final Path HOME = home();

  /** Looked for when a process is about to run. */
  private static final class OfProcesses {
    static final Path SPARK_HOME =
        System.getProperty(SPARK, "").isEmpty()
            ? embeddedSpark()
            : SparkVersion.named(System.getProperty(SPARK)).home();
  }

  private Project() {}

  /** {@code deploy/bin/strata}. */
  public static Path script() {
    return HOME.resolve("deploy/bin/strata");
  }

  /** A file of the project, such as {@code conf/spark-metrics.conf}. */
  public static Path file(String path) {
    return HOME.resolve(path);
  }

  /** The embedded Spark's folder, as SPARK_HOME would name it. */
  public static Path embeddedSpark() {
    return HOME.resolve("jobs/target/spark");
  }

  /**
   * Folder of the Spark on which these tests' processes run: the embedded one, or with {@code
   * -Dstrata.it.spark=4.2.0} another of {@code it-tests/spark/versions.txt}.
   */
  public static Path sparkHome() {
    return OfProcesses.SPARK_HOME;
  }

  /** {@code strata.jar}, built before these tests are. */
  public static Path jar() {
    Path jar = HOME.resolve("jobs/target/strata.jar");
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          "no " + jar + "; run ./mvnw verify, or package module jobs first");
    }
    return jar;
  }

  private static Path home() {
    return Path.of("..").toAbsolutePath().normalize();
  }
}
