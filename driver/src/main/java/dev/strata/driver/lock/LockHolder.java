package dev.strata.driver.lock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Content of a claim: who holds the lock.
 *
 * @param runId of the run
 * @param user that started it
 * @param host name of its machine
 * @param processes where its process number means something: host, boot and process namespace
 *     (containers on one machine have their own)
 * @param process number of its process
 * @param processStart milliseconds since 1970, so that a later process with the same number is not
 *     taken for it; 0 where unknown
 * @param since when the lock was won, ISO 8601, UTC
 * @param timeoutMillis it renews within this time
 */
record LockHolder(
    String runId,
    String user,
    String host,
    String processes,
    long process,
    long processStart,
    String since,
    long timeoutMillis) {
  /** Linux derives the start of a process from the clock, which may have been set meanwhile. */
  private static final long START_TOLERANCE_MILLIS = 5_000;

  static LockHolder thisProcess(String runId, Duration timeout) {
    String host = hostName();
    ProcessHandle self = ProcessHandle.current();
    return new LockHolder(
        runId,
        System.getProperty("user.name", "unknown"),
        host,
        host + " " + line("/proc/sys/kernel/random/boot_id") + " " + link("/proc/self/ns/pid"),
        self.pid(),
        start(self),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        timeout.toMillis());
  }

  /** Whether its process is seen to have ended; false where that cannot be seen from here. */
  boolean isGone(LockHolder here) {
    if (!here.processes.equals(processes)) {
      return false;
    }
    Optional<ProcessHandle> found = ProcessHandle.of(process).filter(ProcessHandle::isAlive);
    if (found.isEmpty()) {
      return true;
    }
    long start = start(found.get());
    return start != 0
        && processStart != 0
        && Math.abs(start - processStart) > START_TOLERANCE_MILLIS;
  }

  String describe() {
    return "run "
        + runId
        + " of "
        + user
        + "@"
        + host
        + " (process "
        + process
        + "), since "
        + since;
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }

  private static String line(String file) {
    try {
      return Files.readString(Paths.get(file)).strip();
    } catch (IOException e) {
      return "-";
    }
  }

  private static String link(String file) {
    try {
      Path target = Files.readSymbolicLink(Paths.get(file));
      return target.toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "-";
    }
  }
}
