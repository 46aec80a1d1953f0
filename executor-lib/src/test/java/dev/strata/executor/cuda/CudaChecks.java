package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.AcceleratedLearnerChecks;
import dev.strata.executor.accelerator.AcceleratedLearnerSpeed;
import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.AcceleratorChecks;
import dev.strata.executor.accelerator.UnfitDeviceException;
import java.io.PrintStream;
import java.util.List;

/**
 * Checks of the engine for GPUs on this process's first GPU. Needs neither JUnit nor Spark. The
 * arguments say what is run: {@code learners}, {@code operations}, {@code speed}.
 */
public final class CudaChecks {
  /** Of parameters, state and losses after some steps, over the greatest number there. */
  private static final double TOLERANCE = 2e-3;

  private static final double SECONDS = 2;

  private CudaChecks() {}

  public static void main(String[] args) throws UnfitDeviceException {
    int failures = run(List.of(args), System.out);
    if (failures > 0) {
      throw new AssertionError(failures + " checks failed");
    }
  }

  /**
   * @return how many have failed
   */
  static int run(List<String> parts, PrintStream out) throws UnfitDeviceException {
    out.println(CudaHost.read());
    try (Accelerator first = open()) {
      out.println("computing on " + first.name());
    }
    int failures = 0;
    if (parts.contains("learners")) {
      failures += AcceleratedLearnerChecks.run(CudaChecks::open, out, TOLERANCE, 1);
    }
    if (parts.contains("operations")) {
      failures += AcceleratorChecks.run(CudaChecks::open, out);
    }
    if (parts.contains("speed")) {
      AcceleratedLearnerSpeed.run(CudaChecks::open, out, SECONDS);
    }
    return failures;
  }

  private static Accelerator open() {
    try {
      return new CudaEngine().open(CudaHost.read().gpus().get(0).uuid());
    } catch (UnfitDeviceException e) {
      throw new IllegalStateException("found " + e.found() + ", expected " + e.expected(), e);
    }
  }
}
