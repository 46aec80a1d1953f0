package dev.strata.driver.teacher;

import dev.strata.executor.failure.StrataException;
import java.util.Optional;

/** Whether Spark ML is there, which some distributions of Spark leave out. */
public final class SparkMl {
  private static final String CLASS = "org.apache.spark.ml.classification.RandomForestClassifier";

  private SparkMl() {}

  /** The failure where Spark ML is not there. */
  public static Optional<StrataException> missing() {
    return missing(SparkMl.class.getClassLoader());
  }

  static Optional<StrataException> missing(ClassLoader loader) {
    try {
      Class.forName(CLASS, false, loader);
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of(
          StrataException.configuration(
                  "this Spark does not include Spark ML, which fits the teacher")
              .key("task.teacher.models")
              .found("no class " + CLASS)
              .expected(
                  "a Spark with spark-mllib, such as --packages"
                      + " org.apache.spark:spark-mllib_SCALA:VERSION; or task.teacher.column, labels"
                      + " of your own")
              .cause(e)
              .build());
    }
  }
}
