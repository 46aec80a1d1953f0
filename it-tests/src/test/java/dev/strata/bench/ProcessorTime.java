package dev.strata.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this process has computed, in all of its threads; other processes do not change it. */
public final class ProcessorTime {
  private ProcessorTime() {}

  /** Nanoseconds since the process began; 0 where the Java virtual machine does not report them. */
  public static long nanoseconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
