package dev.strata.driver.testing;

import java.time.Duration;
import java.time.Instant;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Waits after each test until no task of it runs any more. A Spark job that fails returns while its
 * other tasks still write: JUnit would delete the test's temporary folder under them and fail.
 * Registered for every test by {@code META-INF/services} and {@code junit-platform.properties}.
 */
public final class IdleSpark implements AfterEachCallback {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Override
  public void afterEach(ExtensionContext test) throws InterruptedException {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    if (session.isEmpty()) {
      return;
    }
    SparkContext context = session.get().sparkContext();
    Instant end = Instant.now().plus(LONGEST);
    while (!context.isStopped() && runningTasks(context) > 0) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(
            runningTasks(context)
                + " tasks still run "
                + LONGEST.toSeconds()
                + " s after the test");
      }
      Thread.sleep(5);
    }
  }

  /** As the scheduler counts them: Spark's status store is behind by up to a heartbeat. */
  private static int runningTasks(SparkContext context) {
    TaskSchedulerImpl scheduler = (TaskSchedulerImpl) context.taskScheduler();
    return JavaConverters.mapAsJavaMap(scheduler.runningTasksByExecutors()).values().stream()
        .mapToInt(count -> (Integer) (Object) count)
        .sum();
  }
}
