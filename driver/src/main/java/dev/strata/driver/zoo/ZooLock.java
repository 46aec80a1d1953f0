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
 * One process at a time decides what in the zoo is needed and what is not: whoever lets an alias
 * stand for a version, or deletes one. Publishing takes no part in it.
 */
final class ZooLock {
  /** A holder that was killed elsewhere is waited for no longer; its work takes milliseconds. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final long PAUSE_MILLIS = 100;

  private ZooLock() {}

  /**
   * @throws StrataException (cluster) where others hold it all the time; (configuration) on a store
   *     that has no exclusive creation
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
