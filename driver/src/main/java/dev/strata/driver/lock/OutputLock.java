package dev.strata.driver.lock;

import dev.strata.executor.failure.StrataException;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Lock of an output folder: only one run may write to it. Held until closed; another run takes over
 * the lock of a crashed holder at once if its process has exited, otherwise when the holder has not
 * renewed the lock for the timeout.
 */
public interface OutputLock extends AutoCloseable {
  /** Folder of the lock files inside the output folder; clearing the output folder must keep it. */
  String FOLDER = ".lease";

  /**
   * Checks that this run still holds the lock. Costs one file system call; call it before each
   * commit (checkpoint, model, result).
   *
   * @throws StrataException (cluster) if the lock is lost
   */
  void ensureHeld();

  /** Seconds since the lock was renewed; 0 without a lock. */
  double ageSeconds();

  /** Releases the lock; never throws. */
  @Override
  void close();

  /**
   * @param outputDir any Hadoop URI whose store has exclusive creation: local disks, HDFS
   * @param timeout a holder that has not renewed its lock for this long loses it
   * @param runId id of this run, shown to runs that cannot get the lock
   * @throws StrataException (cluster) if a live run holds the lock; (configuration) if the store
   *     does not support exclusive creation
   */
  static OutputLock acquire(
      Configuration configuration, String outputDir, Duration timeout, String runId) {
    Path output = new Path(outputDir);
    return ClaimedLock.acquire(
        ClaimPort.of(configuration, new Path(output, FOLDER))
            .orElseThrow(() -> unclaimable(configuration, output)),
        output,
        timeout,
        LockHolder.thisProcess(runId, timeout));
  }

  private static StrataException unclaimable(Configuration configuration, Path output) {
    String scheme = output.toUri().getScheme();
    return StrataException.configuration(
            "the store of output.dir does not support exclusive creation, which the lock needs")
        .key("output.lease")
        .file(output)
        .found(
            "exclusive, on " + (scheme == null ? configuration.get("fs.defaultFS") : scheme + ":"))
        .expected("a local or HDFS folder; or output.lease = none, if only one run writes there")
        .build();
  }

  /** For {@code output.lease = none}: no lock. */
  static OutputLock none() {
    return new OutputLock() {
      @Override
      public void ensureHeld() {}

      @Override
      public double ageSeconds() {
        return 0;
      }

      @Override
      public void close() {}
    };
  }
}
