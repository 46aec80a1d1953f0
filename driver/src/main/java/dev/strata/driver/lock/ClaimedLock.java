package dev.strata.driver.lock;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lock that was won: renewed by a thread of its own, four times within the timeout. */
final class ClaimedLock implements OutputLock {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedLock.class);

  private final LockClaims claims;
  private final Path outputDir;
  private final long number;
  private final ScheduledExecutorService renewal;
  private volatile long renewedAt = System.nanoTime();
  private long beat;
  private boolean closed;

  private ClaimedLock(LockClaims claims, Path outputDir, long number, Duration timeout) {
    this.claims = claims;
    this.outputDir = outputDir;
    this.number = number;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "strata-lease");
              thread.setDaemon(true);
              return thread;
            });
    long period = Math.max(1, timeout.toMillis() / 4);
    renewal.scheduleAtFixedRate(this::renew, period, period, TimeUnit.MILLISECONDS);
  }

  /** Wins the lock or says who holds it. */
  static OutputLock acquire(ClaimPort port, Path outputDir, Duration timeout, LockHolder self) {
    LockClaims claims = new LockClaims(port);
    try {
      // each further turn means that somebody else just won; one of them holds the lock then
      while (true) {
        long newest = claims.highest();
        if (newest > 0 && !claims.isReleased(newest)) {
          refuseIfLive(claims, newest, outputDir, timeout, self);
        }
        if (claims.claim(newest + 1, self)) {
          claims.removeBelow(newest + 1);
          return new ClaimedLock(claims, outputDir, newest + 1, timeout);
        }
      }
    } catch (IOException | FSError e) {
      if (OutputFiles.isDenied(e)) {
        throw OutputFiles.readFailure("output.dir", outputDir, e);
      }
      throw StrataException.cluster("cannot lock the output folder")
          .file(outputDir)
          .found(e)
          .cause(e)
          .build();
    }
  }

  private static void refuseIfLive(
      LockClaims claims, long number, Path outputDir, Duration timeout, LockHolder self)
      throws IOException {
    var holder = claims.holder(number);
    if (holder.isPresent() && holder.get().isGone(self)) {
      return;
    }
    // the holder renews by its own timeout, which may have been longer
    long limit = Math.max(timeout.toMillis(), holder.map(LockHolder::timeoutMillis).orElse(0L));
    long age = claims.age(number);
    if (age > limit || claims.isReleased(number) || claims.highest() != number) {
      return;
    }
    throw StrataException.cluster("another run is writing to this output folder")
        .key("output.dir")
        .file(outputDir)
        .found(
            holder
                    .map(LockHolder::describe)
                    .orElse("a lock whose owner cannot be read (just created, or damaged)")
                + ", last seen "
                + age / 1000
                + " s ago")
        .expected(
            "wait for that run to end, or use another output.dir; if it has crashed, its lock"
                + " expires in "
                + ((limit - age) / 1000 + 1)
                + " s")
        .build();
  }

  private synchronized void renew() {
    try {
      if (!closed && claims.highest() == number) {
        claims.renew(number, ++beat);
        renewedAt = System.nanoTime();
      }
    } catch (IOException | FSError | RuntimeException e) {
      // tried again soon; a lock lost by too long a silence is seen by ensureHeld
      LOG.warn(
          "Renewing lock {} of {} failed, {} s after the last renewal; trying again",
          number,
          outputDir,
          Math.round(ageSeconds()),
          e);
    }
  }

  @Override
  public double ageSeconds() {
    return (System.nanoTime() - renewedAt) / 1e9;
  }

  @Override
  public void ensureHeld() {
    long highest;
    try {
      highest = claims.highest();
    } catch (IOException e) {
      throw OutputFiles.readFailure(outputDir, e);
    }
    if (highest == number) {
      return;
    }
    throw StrataException.cluster(
            "this run has lost the lock of its output folder, and stops writing to it")
        .file(outputDir)
        .found(highest < number ? "no lock file; it was deleted" : winner(highest))
        .expected("lock " + number + " of this run, renewed within output.lease-timeout")
        .build();
  }

  private String winner(long highest) {
    try {
      return claims.holder(highest).map(LockHolder::describe).orElse("lock " + highest);
    } catch (IOException e) {
      LOG.debug("the holder of lock {} of {} cannot be read", highest, outputDir, e);
      return "lock " + highest;
    }
  }

  /** Stops renewing without giving the lock back, as a process that hangs does. */
  void stopRenewing() {
    renewal.shutdownNow();
    synchronized (this) {
      closed = true;
    }
  }

  @Override
  public void close() {
    renewal.shutdownNow();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        if (claims.highest() == number) {
          claims.release(number);
        }
      } catch (IOException | FSError e) {
        // the claim then ends with this process, or by its timeout
        LOG.warn("Releasing lock {} of {} failed; it expires on its own", number, outputDir, e);
      }
    }
  }
}
