package dev.strata.driver.lease;

import dev.strata.executor.failure.StrataException;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The right of one run to write an output folder. Held until closed; a crashed holder's lease is
 * taken over at once where its process is seen to be gone, otherwise when it has not been renewed
 * for the timeout.
 */
public interface OutputLease extends AutoCloseable {
  /** Inside the output folder; must survive whatever clears it. */
  String FOLDER = ".lease";

  /**
   * Throws where another run has taken the lease over meanwhile. Costs one look at the file system;
   * call it before each commit (checkpoint, model, result).
   *
   * @throws StrataException (cluster) where the lease is lost
   */
  void ensureHeld();

  /** Gives the lease back; never throws. */
  @Override
  void close();

  /**
   * @param outputDir any Hadoop URI whose store has exclusive creation: local disks, HDFS
   * @param timeout a holder that has not renewed for this long is taken for dead
   * @param runId names this run to whoever is refused
   * @throws StrataException (cluster) where a live run holds it; (configuration) where the store
   *     has no exclusive creation
   */
  static OutputLease acquire(
      Configuration configuration, String outputDir, Duration timeout, String runId) {
    Path output = new Path(outputDir);
    return ClaimedLease.acquire(
        ClaimPort.of(configuration, new Path(output, FOLDER))
            .orElseThrow(() -> unclaimable(configuration, output)),
        output,
        timeout,
        LeaseHolder.thisProcess(runId, timeout));
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
  static OutputLease none() {
    return new OutputLease() {
      @Override
      public void ensureHeld() {}

      @Override
      public void close() {}
    };
  }
}
