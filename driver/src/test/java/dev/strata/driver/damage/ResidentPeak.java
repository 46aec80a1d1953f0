package dev.strata.driver.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Most memory that this process has held in the meantime, beyond what it held at the beginning:
 * Linux counts it ({@code VmHWM}, which a write to {@code clear_refs} sets back). 0 elsewhere.
 */
final class ResidentPeak implements AutoCloseable {
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final Path STATUS = Path.of("/proc/self/status");

  private final long before;

  ResidentPeak() {
    long now = 0;
    try {
      Files.writeString(RESET, "5");
      now = kilobytes("VmRSS:");
    } catch (IOException | SecurityException e) {
      // not Linux
    }
    before = now;
  }

  long bytes() {
    if (before == 0) {
      return 0;
    }
    try {
      return Math.max(0, kilobytes("VmHWM:") - before) << 10;
    } catch (IOException e) {
      return 0;
    }
  }

  private static long kilobytes(String field) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }

  @Override
  public void close() {}
}
