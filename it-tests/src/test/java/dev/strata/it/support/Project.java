package dev.strata.it.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what these tests run as a user would. */
public final class Project {
  private static final Path HOME = home();

  private Project() {}

  /** {@code deploy/bin/strata}. */
  public static Path script() {
    return HOME.resolve("deploy/bin/strata");
  }

  /** A file of the folder {@code conf}. */
  public static Path conf(String name) {
    return HOME.resolve("conf").resolve(name);
  }

  /** The embedded Spark's folder, as SPARK_HOME would name it. */
  public static Path sparkHome() {
    return HOME.resolve("jobs/target/spark");
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
