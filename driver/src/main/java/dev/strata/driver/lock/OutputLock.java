package dev.strata.driver.lock;

import dev.strata.executor.failure.StrataException;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The right of one run to write an output folder. Held until closed; a crashed holder's lock is
 * taken over at once where its process is seen to be gone, otherwise when it has not been renewed
 * for the timeout.
 */
public interface OutputLock extends AutoCloseable {
  /** Inside the output folder; must survive whatever clears it. */
  String FOLDER = ".lease";

  /**
   * Throws where another run has taken the lock over meanwhile. Costs one look at the file system;
   * call it before each commit (checkpoint, model, result).
   *
   * @throws StrataException (cluster) where the lock is lost
   */
  void ensureHeld();

  /** Gives the lock back; never throws. */
  @Override
  void close();

  /**
   * @param outputDir any Hadoop URI whose store has exclusive creation: local disks, HDFS
   * @param timeout a holder that has not renewed for this long is taken for dead
   * @param runId names this run to whoever is refused
   * @throws StrataException (cluster) where a live run holds it; (configuration) where the store
   *     has no exclusive creation
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

  /** For {@code output.lease = none}: nothing is claimed. */
  static OutputLock none() {
    return new OutputLock() {
      @Override
      public void ensureHeld() {}

      @Override
      public void close() {}
    };
  }
}
