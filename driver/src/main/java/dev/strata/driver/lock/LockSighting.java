package dev.strata.driver.lock;

import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lock of an output folder as another process sees it. Reading it writes nothing, so the age is by
 * this host's clock, and the folder may belong to another user.
 *
 * @param holder sentence part that says who holds it
 * @param gone whether the holder's process is seen to have ended
 * @param age since it was last renewed
 * @param timeout within which its holder renews it
 */
public record LockSighting(String holder, boolean gone, Duration age, Duration timeout) {
  private static final Logger LOG = LoggerFactory.getLogger(LockSighting.class);

  /** Whether its holder is at work, as far as can be seen. */
  public boolean isLive() {
    return !gone && age.compareTo(timeout) <= 0;
  }

  /**
   * The lock that is held now; empty where none is, or where it cannot be read.
   *
   * @param outputDir any Hadoop URI
   */
  public static Optional<LockSighting> at(
      Configuration configuration, String outputDir, Instant now) {
    try {
      Path folder = new Path(new Path(outputDir), OutputLock.FOLDER);
      FileSystem fileSystem = Storage.of(folder, configuration);
      // only its reading half is used, which any store has
      ClaimPort port = new HdfsClaims(fileSystem, folder);
      LockClaims claims = new LockClaims(port);
      long newest = claims.highest();
      if (newest == 0 || claims.isReleased(newest)) {
        return Optional.empty();
      }
      Optional<LockHolder> holder = claims.holder(newest);
      if (holder.isEmpty()) {
        return Optional.empty();
      }
      Duration timeout = Duration.ofMillis(holder.get().timeoutMillis());
      Duration age = Duration.ofMillis(Math.max(0, now.toEpochMilli() - claims.renewed(newest)));
      boolean gone = holder.get().isGone(LockHolder.thisProcess("", timeout));
      return Optional.of(new LockSighting(holder.get().describe(), gone, age, timeout));
    } catch (IOException | FSError | IllegalArgumentException e) {
      // whoever looks on may have no right to look here; the run's own files tell the rest
      LOG.debug("the lock of {} cannot be read", outputDir, e);
      return Optional.empty();
    }
  }
}
