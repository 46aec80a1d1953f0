package dev.strata.jobs;

/** Ends a JVM that has no Spark, and so no spark-submit that takes the code from an exception. */
final class ExitWithoutSpark {
  private ExitWithoutSpark() {}

  static void with(int code) {
    System.exit(code);
  }
}
