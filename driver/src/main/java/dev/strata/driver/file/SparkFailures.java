package dev.strata.driver.file;

import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds, behind Spark's failure of a job, what the user can mend. */
public final class SparkFailures {
  private SparkFailures() {}

  /**
   * Runs jobs; a failure of ours comes out as it was thrown in the task.
   *
   * @throws StrataException (data) also where Spark cannot read or compute the rows of a source
   */
  public static <T> T unwrapped(Supplier<T> jobs) {
    try {
      return jobs.get();
    } catch (StrataException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      // Spark's exceptions are checked ones that Scala does not declare.
      throw explained(e);
    }
  }

  private static RuntimeException explained(Throwable thrown) {
    Optional<StrataException> known =
        StrataException.in(thrown).or(() -> ReadFailure.onDriver(thrown));
    if (known.isPresent()) {
      return known.get();
    }
    return thrown instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("a Spark job failed", thrown);
  }

  /**
   * What a source's iterator threw inside a task, as a data error with the file that the task
   * reads; failures of the cluster and stopped tasks come out as they are.
   *
   * @return never: it throws
   */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException whileReading(Throwable thrown) throws E {
    Optional<StrataException> ours = StrataException.in(thrown);
    if (ours.isPresent()) {
      throw ours.get();
    }
    Optional<StrataException> data = ReadFailure.inTask(thrown);
    if (data.isPresent()) {
      throw data.get();
    }
    throw (E) thrown;
  }
}
