package dev.strata.driver.spark;

import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of Spark on the class path, and whether Strata runs on it: 3.5, or 4.0.1 and later.
 * No class of Spark is linked to this one, so that it loads beside any Spark, or none.
 */
public final class SparkRelease {
  /** The remedy in messages. */
  public static final String SUPPORTED = "Spark 3.5, or Spark 4.0.1 or later";

  private static final String KEY = "SPARK_HOME";
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");

  /** Missing in the client of Spark Connect, which has an empty SparkContext. */
  private static final String CLASSIC = "org.apache.spark.api.java.JavaSparkContext";

  private static final String CONNECT = "org.apache.spark.sql.connect.";

  private SparkRelease() {}

  /** The version as Spark names it, such as {@code 3.5.5}; empty where there is no Spark. */
  public static Optional<String> version() {
    try {
      // The object of Scala's package org.apache.spark; Java's source code cannot name it.
      Class<?> spark = Class.forName("org.apache.spark.package", true, loader());
      return Optional.of((String) spark.getMethod("SPARK_VERSION").invoke(null));
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** A problem (configuration) where Strata does not run on the Spark of this class path. */
  public static Optional<StrataException> problem() {
    Optional<String> version = version();
    return version
        .flatMap(SparkRelease::problem)
        .or(() -> hasContext() ? Optional.empty() : Optional.of(withoutContext(version)));
  }

  /**
   * A problem (configuration) where Strata does not run on that version.
   *
   * @param version as Spark names it; what a vendor appends ({@code 3.5.1-amzn-0}) does not count
   */
  static Optional<StrataException> problem(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      // An unknown build; what it lacks shows in the check of references or in use.
      return Optional.empty();
    }
    int major = Integer.parseInt(parts.group(1));
    int minor = Integer.parseInt(parts.group(2));
    int patch = parts.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(parts.group(3));
    if (major < 3 || major == 3 && minor < 5) {
      return Optional.of(refused("Strata does not run on this version of Spark", version));
    }
    return major == 4 && minor == 0 && patch == 0
        ? Optional.of(
            refused(
                "Spark 4.0.0 breaks the parameters of every library's pipeline stages"
                    + " (SPARK-52259, mended in 4.0.1)",
                version))
        : Optional.empty();
  }

  /**
   * A problem (configuration) where a setting asks for Spark Connect.
   *
   * @param remote value of {@code spark.remote}; empty where it is not set
   * @param mode value of {@code spark.api.mode}; empty where it is not set
   */
  public static Optional<StrataException> connectProblem(String remote, String mode) {
    if (!remote.isEmpty()) {
      return Optional.of(connect("spark.remote", remote));
    }
    return mode.equalsIgnoreCase("connect")
        ? Optional.of(connect("spark.api.mode", mode))
        : Optional.empty();
  }

  /**
   * @param session of Spark SQL
   * @throws StrataException (configuration) where it is a session of Spark Connect
   */
  static void requireClassic(Object session) {
    if (session.getClass().getName().startsWith(CONNECT)) {
      throw connect("session", session.getClass().getName());
    }
  }

  /**
   * The problem behind a class or method of Spark, Scala or Hadoop that this class path lacks.
   *
   * @param missing what the JVM could not link
   */
  public static StrataException unlinked(LinkageError missing) {
    return StrataException.configuration(
            "the Spark on the class path lacks a class or method that Strata needs")
        .key(KEY)
        .found(
            version().map(v -> "Spark " + v + ", without ").orElse("no Spark; missing: ")
                + String.valueOf(missing.getMessage()).lines().findFirst().orElse(""))
        .expected(SUPPORTED)
        .cause(missing)
        .build();
  }

  private static boolean hasContext() {
    try {
      Class.forName(CLASSIC, false, loader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static StrataException withoutContext(Optional<String> version) {
    return version.isPresent()
        ? connect("class path", "the client of Spark Connect " + version.get())
        : refused("there is no Spark on the class path", "none");
  }

  private static StrataException connect(String key, String found) {
    return StrataException.configuration(
            "Strata needs a classic Spark session; a session of Spark Connect has no SparkContext")
        .key(key)
        .found(found)
        .expected(
            "spark-submit --master MASTER to a cluster of your own, without spark.remote and with"
                + " spark.api.mode=classic")
        .build();
  }

  private static StrataException refused(String problem, String version) {
    return StrataException.configuration(problem)
        .key(KEY)
        .found(version)
        .expected(SUPPORTED)
        .build();
  }

  private static ClassLoader loader() {
    return SparkRelease.class.getClassLoader();
  }
}
