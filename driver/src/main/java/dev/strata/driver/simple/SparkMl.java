package dev.strata.driver.simple;

import dev.strata.executor.failure.StrataException;
import java.util.Optional;

/** Whether Spark ML is there, which some distributions of Spark leave out. */
public final class SparkMl {
  private static final String CLASS = "org.apache.spark.ml.classification.RandomForestClassifier";

  private SparkMl() {}

  /**
   * The failure where Spark ML is not there.
   *
   * @param use what Spark ML does, such as {@code which fits the teacher}
   * @param key of the configuration that asks for it
   * @param otherwise what needs no Spark ML
   */
  public static Optional<StrataException> missing(String use, String key, String otherwise) {
    return missing(SparkMl.class.getClassLoader(), use, key, otherwise);
  }

  static Optional<StrataException> missing(
      ClassLoader loader, String use, String key, String otherwise) {
    try {
      Class.forName(CLASS, false, loader);
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of(
          StrataException.configuration("this Spark does not include Spark ML, " + use)
              .key(key)
              .found("no class " + CLASS)
              .expected(
                  "a Spark with spark-mllib, such as --packages"
                      + " org.apache.spark:spark-mllib_SCALA:VERSION; or "
                      + otherwise)
              .cause(e)
              .build());
    }
  }
}
