package dev.strata.jobs.cli;

import dev.strata.executor.failure.StrataException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * The secret that Spark's processes share on a standalone cluster with {@code spark.authenticate}.
 * Under YARN, Kubernetes and a local master Spark makes one for each application.
 */
final class SharedSecret {
  static final String KEY = "spark.authenticate.secret";

  /** Set by a Worker for the processes that it starts, and by users for the others. */
  static final String VARIABLE = "_SPARK_AUTH_SECRET";

  private static final String AUTHENTICATE = "spark.authenticate";
  private static final String STANDALONE = "spark://";

  private SharedSecret() {}

  /**
   * The secret to set, from the environment; empty where none is needed or one is set.
   *
   * @param master of the session
   * @throws StrataException (configuration) where authentication is on and there is no secret, or
   *     one that Spark would take for the secret itself although it names a variable
   */
  static Optional<String> missing(
      SparkConf submitted, String master, Map<String, String> environment) {
    if (!master.startsWith(STANDALONE) || !submitted.getBoolean(AUTHENTICATE, false)) {
      return Optional.empty();
    }
    if (submitted.contains(KEY)) {
      if (submitted.get(KEY).contains("${")) {
        throw problem(
            "Spark does not replace variables in the secret",
            "a text with ${…} instead of a secret");
      }
      return Optional.empty();
    }
    String given = environment.getOrDefault(VARIABLE, "");
    if (given.isBlank()) {
      throw problem("spark.authenticate is true, but this process has no secret", "none");
    }
    return Optional.of(given);
  }

  private static StrataException problem(String what, String found) {
    return StrataException.configuration(what)
        .key(KEY)
        .found(found)
        .expected(
            "the secret of the cluster, in a file that the environment variable STRATA_SECRET_FILE"
                + " names (deploy/bin/strata), or in the environment variable "
                + VARIABLE)
        .build();
  }
}
