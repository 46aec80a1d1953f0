package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds, behind Spark's failure of a job, what the user can mend. */
public final class SparkFailures {
  private SparkFailures() {}

  /**
   * Runs jobs; a failure of ours comes out as it was thrown in the task.
   *
   * @throws StrataException (data) also where Spark cannot read a file
   */
  public static <T> T unwrapped(Supplier<T> jobs) {
    try {
      return jobs.get();
    } catch (StrataException e) {
      throw e;
    } catch (Exception e) {
      // Spark's exceptions are checked ones that Scala does not declare.
      throw explained(e);
    }
  }

  private static RuntimeException explained(Exception thrown) {
    Optional<StrataException> ours = StrataException.in(thrown);
    if (ours.isPresent()) {
      return ours.get();
    }
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      if (message.startsWith("CSV header does not conform")) {
        return StrataException.data("the CSV files of one source have different headers")
            .found(message.lines().skip(1).map(String::strip).collect(Collectors.joining("; ")))
            .expected("the same columns in the same order in each file")
            .cause(thrown)
            .build();
      }
      if (message.contains("while reading file") || message.contains("FAILED_READ_FILE")) {
        return StrataException.data("Spark cannot read a file of the source")
            .found(message.lines().findFirst().orElse("").strip())
            .expected("a sound file of the format that data.format says")
            .cause(thrown)
            .build();
      }
    }
    return thrown instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("a Spark job failed", thrown);
  }
}
