package dev.strata.executor.accelerator;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Checks of every operation of an accelerator against plain float64 formulas and against the
 * kernels of the CPU, at widths and numbers of rows that fit no power of two, on arrays at odd
 * offsets. Needs neither JUnit nor Spark, so that they can be run where a GPU is.
 */
public final class AcceleratorChecks {
  private AcceleratorChecks() {}

  /**
   * Prints a line for each group and each check that fails.
   *
   * @return how many have failed
   */
  public static int run(Supplier<Accelerator> accelerators, PrintStream out) {
    Checks checks = new Checks(out);
    groups()
        .forEach(
            (name, group) -> {
              int before = checks.failures();
              long start = System.nanoTime();
              try (Accelerator accelerator = accelerators.get()) {
                checks.begin(accelerator);
                group.accept(checks);
              }
              checks.summary(name, before, System.nanoTime() - start);
            });
    return checks.failures();
  }

  private static Map<String, Consumer<Checks>> groups() {
    Map<String, Consumer<Checks>> groups = new LinkedHashMap<>();
    groups.put("copies, functions, clipping", ElementChecks::run);
    groups.put("products and sums", ProductChecks::run);
    groups.put("losses and penalties", LossChecks::run);
    groups.put("random numbers", RandomChecks::run);
    groups.put("rules of updaters", RuleChecks::run);
    return groups;
  }

  /** Of {@link HostAccelerator}. */
  public static void main(String[] args) {
    int failures = run(HostAccelerator::new, System.out);
    if (failures > 0) {
      throw new AssertionError(failures + " checks failed");
    }
  }
}
