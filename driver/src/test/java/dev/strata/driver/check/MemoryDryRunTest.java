package dev.strata.driver.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryDryRunTest {
  private static final long MIB = 1 << 20;

  @Test
  void aLargeModelNeedsItsStateSeveralTimes() {
    // 64 MiB of parameters with Adam: S = 192 MiB
    MemoryDryRun memory = new MemoryDryRun(64 * MIB, 128 * MIB, 10 * MIB, 4);

    assertThat(memory.executorHeap(1)).isEqualTo((384 + 6 * 192 + 128) * MIB);
    assertThat(memory.executorHeap(3)).isEqualTo((384 + 3 * (6 * 192 + 128)) * MIB);
    assertThat(memory.executorOverhead(1)).isEqualTo((384 + 192 + 64 + 10) * MIB);
    assertThat(memory.driverHeap()).isEqualTo((512 + 12 * 192) * MIB);
    assertThat(memory.lines())
        .containsExactly(
            "parameters 64.0 MiB, optimizer state 128.0 MiB, activations of a minibatch 10.0 MiB",
            "an executor with one task slot: at least spark.executor.memory=1664m,"
                + " spark.executor.memoryOverhead=650m",
            "each further slot: 1280m and 266m more",
            "the driver: at least spark.driver.memory=2816m (4 workers)");
  }

  /** ND4J takes at most as much outside of the heap as the heap may have. */
  @Test
  void theHeapLimitsWhatLiesOutside() {
    MemoryDryRun memory = new MemoryDryRun(MIB, 0, 4096 * MIB, 1);

    assertThat(memory.executorHeap(1)).isEqualTo((1 + 1 + 4096) * MIB);
  }
}
