package dev.strata.jobs.cli;

import dev.strata.executor.failure.StrataException;
import java.lang.reflect.InaccessibleObjectException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Options that a JVM of Java 17 needs for Spark 3.5. spark-submit gives them to a driver that it
 * starts itself, and so does YARN; a standalone Master does not.
 */
final class JavaOptions {
  /** Without this one no Spark session can start. */
  private static final String NEEDED = "sun.nio.ch";

  /** Packages of java.base, as in Spark's {@code JavaModuleOptions}. */
  static final List<String> PACKAGES =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          NEEDED,
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  private JavaOptions() {}

  /**
   * Uses no class of Spark.
   *
   * @throws StrataException (configuration) where Spark cannot start in this JVM
   */
  static void require() {
    Module base = Object.class.getModule();
    Module own = JavaOptions.class.getModule();
    missing(name -> base.isOpen(name, own))
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  /**
   * @param isOpen whether java.base opens a package to Spark
   */
  static Optional<StrataException> missing(Predicate<String> isOpen) {
    return isOpen.test(NEEDED)
        ? Optional.empty()
        : Optional.of(
            problem(
                "java.base does not open " + NEEDED,
                PACKAGES.stream().filter(isOpen.negate()).toList()));
  }

  /** The same problem, found by a failure; empty where that is another one. */
  static Optional<StrataException> in(Throwable failure) {
    boolean closed =
        failure instanceof IllegalAccessError || failure instanceof InaccessibleObjectException;
    String text = String.valueOf(failure.getMessage());
    return closed && text.contains("module java.base does not")
        ? Optional.of(problem(text.lines().findFirst().orElse(text), PACKAGES))
        : Optional.empty();
  }

  private static StrataException problem(String found, List<String> packages) {
    List<String> options =
        packages.stream().map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED").toList();
    return StrataException.configuration("the JVM lacks options that Spark needs on Java 17")
        .key("spark.driver.extraJavaOptions")
        .found(found)
        .expected(String.join(" ", options))
        .build();
  }
}
