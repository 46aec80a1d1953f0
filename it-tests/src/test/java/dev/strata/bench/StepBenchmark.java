package dev.strata.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.shard.Minibatch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Steps of the network 784-500-250-10 with Adam on one thread, and the products of the same steps
 * alone. Each result is one JSON line: examples a second and examples a second of the process's CPU
 * time, each as the median of the windows with the least and the greatest.
 *
 * <p>Arguments {@code name=value}: {@code batch} (a list), {@code windows}, {@code seconds} (of a
 * window), {@code warm} (seconds before the first).
 */
public final class StepBenchmark {
  private static final List<Integer> WIDTHS = List.of(BenchData.WIDTH, 500, 250, BenchData.CLASSES);
  private static final int MINIBATCHES = 40;

  private final double seconds;
  private final double warm;
  private final int windows;

  private StepBenchmark(BenchArguments arguments) {
    seconds = Double.parseDouble(arguments.text("seconds"));
    warm = Double.parseDouble(arguments.text("warm"));
    windows = arguments.integer("windows");
  }

  public static void main(String[] given) {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("batch", "128,512");
    defaults.put("windows", "5");
    defaults.put("seconds", "1.5");
    defaults.put("warm", "3");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    StepBenchmark benchmark = new StepBenchmark(arguments);
    for (String batch : arguments.text("batch").split(",")) {
      benchmark.run(Integer.parseInt(batch));
    }
  }

  private void run(int batch) {
    GemmCeiling ceiling = new GemmCeiling(1, batch, (long) (seconds * 1e9));
    Runnable products = ceiling.stepOf(WIDTHS);
    double[] alone = measure("products", batch, products);
    try (NetworkLearner learner =
        (NetworkLearner) new NetworkLearnerSpec(BenchData.configuration()).create()) {
      List<Minibatch> minibatches = minibatches(batch);
      int[] steps = {0};
      double[] whole =
          measure(
              "step",
              batch,
              () -> {
                learner.counters(steps[0], 0);
                learner.step(minibatches.get(steps[0] % MINIBATCHES));
                steps[0]++;
              });
      System.out.printf(
          Locale.ROOT,
          "{\"what\":\"share\",\"batch\":%d,\"wall\":%.3f,\"cpu\":%.3f}%n",
          batch,
          whole[0] / alone[0],
          whole[1] / alone[1]);
    }
  }

  private static List<Minibatch> minibatches(int batch) {
    List<Minibatch> minibatches = new ArrayList<>();
    for (int i = 0; i < MINIBATCHES; i++) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, BenchData.CLASSES);
      for (int row = 0; row < batch; row++) {
        labels.putScalar(row, (row * 7 + i) % BenchData.CLASSES, 1);
      }
      minibatches.add(
          new Minibatch(
              batch,
              new INDArray[] {Nd4j.rand(DataType.FLOAT, batch, BenchData.WIDTH)},
              new INDArray[] {labels},
              new INDArray[0],
              Optional.empty()));
    }
    return minibatches;
  }

  /** Medians of examples a second, of the clock and of the process's CPU time. */
  private double[] measure(String what, int batch, Runnable step) {
    window(step, warm);
    double[] wall = new double[windows];
    double[] cpu = new double[windows];
    for (int i = 0; i < windows; i++) {
      double[] rates = window(step, seconds);
      wall[i] = batch * rates[0];
      cpu[i] = batch * rates[1];
    }
    Arrays.sort(wall);
    Arrays.sort(cpu);
    System.out.printf(
        Locale.ROOT,
        "{\"who\":\"strata\",\"what\":\"%s\",\"batch\":%d,\"examples_s\":%.0f,\"min\":%.0f,"
            + "\"max\":%.0f,\"per_cpu_s\":%.0f,\"cpu_min\":%.0f,\"cpu_max\":%.0f}%n",
        what,
        batch,
        wall[windows / 2],
        wall[0],
        wall[windows - 1],
        cpu[windows / 2],
        cpu[0],
        cpu[windows - 1]);
    return new double[] {wall[windows / 2], cpu[windows / 2]};
  }

  /** Runs a second of the clock, and of CPU time of all threads. */
  private static double[] window(Runnable step, double seconds) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long begun = System.nanoTime();
    long spent = system.getProcessCpuTime();
    long steps = 0;
    while (System.nanoTime() - begun < seconds * 1e9) {
      step.run();
      steps++;
    }
    double took = System.nanoTime() - begun;
    return new double[] {1e9 * steps / took, 1e9 * steps / (system.getProcessCpuTime() - spent)};
  }
}
