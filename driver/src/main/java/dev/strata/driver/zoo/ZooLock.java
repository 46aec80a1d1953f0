package dev.strata.driver.zoo;

import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Lock of the zoo for changes that depend on which versions are needed: pointing an alias to a
 * version, and deleting. Publishing does not need it.
 */
final class ZooLock {
  /** Timeout of the lock of a killed holder; a change takes milliseconds. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final long PAUSE_MILLIS = 100;

  private ZooLock() {}

  /**
   * @throws StrataException (cluster) if other processes hold the lock all the time;
   *     (configuration) if the store does not support exclusive creation
   */
  static void whileHeld(Configuration configuration, Path zoo, Runnable work) {
    try (OutputLock lock = acquire(configuration, zoo)) {
      lock.ensureHeld();
      work.run();
    }
  }

  private static OutputLock acquire(Configuration configuration, Path zoo) {
    long end = System.nanoTime() + TIMEOUT.plusSeconds(10).toNanos();
    while (true) {
      try {
        return OutputLock.acquire(configuration, zoo.toString(), TIMEOUT, "change of the zoo");
      } catch (StrataException e) {
        if (OutputFiles.isDenied(e)) {
          throw OutputFiles.readFailure(Zoo.KEY, zoo, e.getCause() == null ? e : e.getCause());
        }
        if (e.kind() == FailureKind.CONFIGURATION) {
          throw MarkFolder.readOnly(zoo);
        }
        if (System.nanoTime() > end) {
          throw StrataException.cluster("another process is changing the zoo")
              .file(zoo)
              .found(e.found().orElse(e.getMessage()))
              .expected("a retry when it has finished")
              .cause(e)
              .build();
        }
        pause(e);
      }
    }
  }

  private static void pause(StrataException waitingFor) {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw waitingFor;
    }
  }
}
