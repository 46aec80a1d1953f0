package dev.strata.executor.accelerator;

import dev.strata.executor.device.BlasThreads;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whether learners learn on an accelerator what they learn on the CPU, over a set of settings drawn
 * at random. Needs neither JUnit nor Spark, so that they can be run where a GPU is.
 */
public final class AcceleratedLearnerChecks {
  private AcceleratedLearnerChecks() {}

  /**
   * Prints a line for each learner.
   *
   * @param tolerance greatest difference of parameters, state and losses, over the greatest number
   *     there
   * @param seed of the settings
   * @return how many were further away
   */
  public static int run(
      Supplier<Accelerator> accelerators, PrintStream out, double tolerance, long seed) {
    BlasThreads.single();
    int failures = 0;
    int count = 0;
    for (Map.Entry<String, Function<DrawnSettings, ParityCase>> each : cases().entrySet()) {
      DrawnSettings drawn = new DrawnSettings(new SplittableRandom(1000 * seed + count++));
      ParityCase one = each.getValue().apply(drawn);
      double difference = new LearnerParity(one).difference(accelerators);
      boolean near = difference <= tolerance;
      failures += near ? 0 : 1;
      out.printf(
          "%-6s %.1e %s%n",
          near ? "ok" : "FAILED",
          difference,
          near ? each.getKey() : each.getKey() + " " + one.spec());
    }
    return failures;
  }

  private static Map<String, Function<DrawnSettings, ParityCase>> cases() {
    Map<String, Function<DrawnSettings, ParityCase>> cases = new LinkedHashMap<>();
    for (String updater : DrawnSettings.UPDATERS) {
      cases.put(
          "autoencoder " + updater, drawn -> new PretrainingCases(drawn).autoencoder(updater));
      cases.put("deep autoencoder " + updater, drawn -> new PretrainingCases(drawn).deep(updater));
      cases.put("rbm " + updater, drawn -> new PretrainingCases(drawn).rbm(updater));
      cases.put("network " + updater, drawn -> new NetworkCases(drawn).network(updater));
    }
    return cases;
  }

  /** Of {@link HostAccelerator}; the first argument is a seed. */
  public static void main(String[] args) {
    long seed = args.length == 0 ? 1 : Long.parseLong(args[0]);
    int failures = run(HostAccelerator::new, System.out, 2e-5, seed);
    if (failures > 0) {
      throw new AssertionError(failures + " learners are too far away");
    }
  }
}
