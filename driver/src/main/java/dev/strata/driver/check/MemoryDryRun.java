package dev.strata.driver.check;

import java.util.List;
import java.util.Locale;

/**
 * Memory that training needs, from the sizes of what moves each round. With S the bytes of
 * parameters and optimizer state, P those of the parameters, A those of a minibatch's activations
 * and their gradients, N workers and t task slots of an executor:
 *
 * <ul>
 *   <li>heap of an executor: 384 MiB + (6·S + O)·t. Spark holds the broadcast state twice, and a
 *       result in four stages on its way to the driver; steps need the optimizer state as arrays of
 *       the JVM.
 *   <li>memory of an executor outside of its heap: 384 MiB + (S + P + A)·t, for the learner's own
 *       state, its gradient and its activations. ND4J allows itself as much as the heap's limit, so
 *       the heap is at least as large.
 *   <li>heap of the driver: 512 MiB + (2·N + 4)·S.
 * </ul>
 *
 * <p>The rows are not in it: blocks of the prepared rows are mapped from the executor's disk.
 *
 * @param parameterBytes P
 * @param optimizerBytes O = S - P
 * @param activationBytes A
 * @param workers N, at least 1
 */
public record MemoryDryRun(
    long parameterBytes, long optimizerBytes, long activationBytes, int workers) {
  private static final long MEBIBYTE = 1 << 20;
  private static final long EXECUTOR_BASE = 384 * MEBIBYTE;
  private static final long DRIVER_BASE = 512 * MEBIBYTE;

  /** Bytes that an executor's heap should have at least. */
  public long executorHeap(int slots) {
    return Math.max(EXECUTOR_BASE + slots * (6 * state() + optimizerBytes), slots * outside());
  }

  /** Bytes that an executor needs outside of its heap. */
  public long executorOverhead(int slots) {
    return EXECUTOR_BASE + slots * outside();
  }

  /** Bytes that the driver's heap should have at least. */
  public long driverHeap() {
    return DRIVER_BASE + (2L * workers + 4) * state();
  }

  /** What {@code check} prints, a line each. */
  public List<String> lines() {
    return List.of(
        "parameters %s, optimizer state %s, activations of a minibatch %s"
            .formatted(size(parameterBytes), size(optimizerBytes), size(activationBytes)),
        "an executor with one task slot: at least spark.executor.memory=%s, spark.executor.memoryOverhead=%s"
            .formatted(setting(executorHeap(1)), setting(executorOverhead(1))),
        "each further slot: %s and %s more"
            .formatted(
                setting(executorHeap(2) - executorHeap(1)),
                setting(executorOverhead(2) - executorOverhead(1))),
        "the driver: at least spark.driver.memory=%s (%d workers)"
            .formatted(setting(driverHeap()), workers));
  }

  private long state() {
    return parameterBytes + optimizerBytes;
  }

  private long outside() {
    return state() + parameterBytes + activationBytes;
  }

  /** As Spark reads it, rounded up. */
  private static String setting(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE + "m";
  }

  private static String size(long bytes) {
    return bytes < MEBIBYTE
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
  }
}
