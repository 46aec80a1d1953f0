package dev.strata.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.shard.Minibatch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Steps with Adam on one thread, and the products of the same steps alone: of the network
 * 784-500-250-10, of a tied denoising autoencoder or of an RBM 784-1000; of a convolution network,
 * and of 20 layers of 100 units with batch normalization, with layer normalization or, every other
 * two of 30, in residual blocks, DL4J's own steps in place of the products. Each result is one JSON
 * line: examples a second, of the clock, of the process's CPU time and of the thread's (without the
 * JVM's compilers), each as the median of the windows, the first two with the least and the
 * greatest; and the bytes that a step allocates on the heap in the window where they are least, and
 * that it keeps of what JavaCPP allocates outside of the heap, over all windows.
 *
 * <p>Arguments {@code name=value}: {@code batch} (a list), {@code windows}, {@code seconds} (of CPU
 * time of a window), {@code warm} (such seconds of steps before the first), {@code learner} (a list
 * of network, autoencoder, rbm, convolution, batch-norm, layer-norm, residual).
 */
public final class StepBenchmark {
  private static final List<Integer> WIDTHS = List.of(BenchData.WIDTH, 500, 250, BenchData.CLASSES);
  private static final int UNITS = 1000;
  private static final int MINIBATCHES = 40;
  private static final String CONVOLUTION = "convolution";
  private static final int DEEP = 100;

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
    defaults.put("seconds", "1");
    defaults.put("warm", "6");
    defaults.put("learner", "network");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    StepBenchmark benchmark = new StepBenchmark(arguments);
    for (String learner : arguments.texts("learner")) {
      for (int batch : arguments.integers("batch")) {
        benchmark.run(learner, batch);
      }
    }
  }

  /** Networks that are measured beside DL4J's own steps. */
  private static Optional<List<LayerSettings>> layers(String kind) {
    return switch (kind) {
      case CONVOLUTION ->
          Optional.of(
              List.of(
                  LayerSettings.convolution2d(32, 3),
                  LayerSettings.pooling2d("max", 2),
                  LayerSettings.batchNorm(),
                  LayerSettings.convolution2d(64, 3),
                  LayerSettings.pooling2d("max", 2),
                  LayerSettings.batchNorm(),
                  LayerSettings.dense(128),
                  LayerSettings.output()));
      case "batch-norm" ->
          Optional.of(repeated(20, LayerSettings.dense(DEEP), LayerSettings.batchNorm()));
      case "layer-norm" -> Optional.of(repeated(20, layerNorm()));
      case "residual" ->
          Optional.of(
              repeated(
                  10,
                  LayerSettings.dense(DEEP),
                  LayerSettings.residual(
                      1, LayerSettings.dense(DEEP), LayerSettings.dense(DEEP, "identity"))));
      default -> Optional.empty();
    };
  }

  private static LayerSettings layerNorm() {
    return LayerSettingsDenseBuilder.builder()
        .units(Optional.of(DEEP))
        .layerNorm(Optional.of(true))
        .build();
  }

  private static List<LayerSettings> repeated(int times, LayerSettings... layers) {
    List<LayerSettings> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.addAll(List.of(layers));
    }
    all.add(LayerSettings.output());
    return all;
  }

  private void besideDl4j(String kind, List<LayerSettings> layers, int batch) {
    ImageShape shape = kind.equals(CONVOLUTION) ? new ImageShape(28, 28, 1) : null;
    NetworkConfiguration network =
        NetworkBuilder.build(
            NetworkSettings.of(layers, UpdaterSettings.of("adam", 0.001)),
            Optional.empty(),
            new NetworkInput(BenchData.WIDTH, 0, shape),
            OutputTask.classes(BenchData.CLASSES),
            1);
    List<Minibatch> minibatches = minibatches(batch);
    MultiLayerNetwork stock = (MultiLayerNetwork) network.newModel();
    int[] steps = {0};
    double[] alone =
        measure(
            kind + " by DL4J",
            batch,
            () -> {
              Minibatch minibatch = minibatches.get(steps[0]++ % MINIBATCHES);
              stock.fit(minibatch.inputs()[0], minibatch.labels()[0]);
            });
    steps(kind, new NetworkLearnerSpec(network), batch, alone);
  }

  private void run(String kind, int batch) {
    Optional<List<LayerSettings>> layers = layers(kind);
    if (layers.isPresent()) {
      besideDl4j(kind, layers.get(), batch);
      return;
    }
    boolean network = kind.equals("network");
    GemmCeiling ceiling = new GemmCeiling(1, batch, (long) (seconds * 1e9));
    Runnable products = network ? ceiling.stepOf(WIDTHS) : ceiling.stepOf(BenchData.WIDTH, UNITS);
    LearnerSpec spec =
        network
            ? new NetworkLearnerSpec(BenchData.configuration())
            : PretrainingBenchmark.spec(kind, BenchData.WIDTH, UNITS);
    steps(kind, spec, batch, measure(kind + " products", batch, products));
  }

  /** Measures steps, and their rate as a share of another one. */
  private void steps(String kind, LearnerSpec spec, int batch, double[] alone) {
    try (Learner learner = spec.create()) {
      List<Minibatch> minibatches = minibatches(batch);
      int[] steps = {0};
      double[] whole =
          measure(
              kind + " step",
              batch,
              () -> {
                learner.counters(steps[0], 0);
                learner.step(minibatches.get(steps[0] % MINIBATCHES));
                steps[0]++;
              });
      System.out.printf(
          Locale.ROOT,
          "{\"what\":\"%s share\",\"batch\":%d,\"wall\":%.3f,\"thread\":%.3f}%n",
          kind,
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
    double[] thread = new double[windows];
    double heap = Double.POSITIVE_INFINITY;
    double steps = 0;
    System.gc();
    long outside = Pointer.totalBytes();
    for (int i = 0; i < windows; i++) {
      double[] rates = window(step, seconds);
      wall[i] = batch * rates[0];
      cpu[i] = batch * rates[1];
      thread[i] = batch * rates[2];
      heap = Math.min(heap, rates[3]);
      steps += rates[4];
    }
    System.gc();
    double kept = (Pointer.totalBytes() - outside) / steps;
    Arrays.sort(wall);
    Arrays.sort(cpu);
    Arrays.sort(thread);
    System.out.printf(
        Locale.ROOT,
        "{\"who\":\"strata\",\"what\":\"%s\",\"batch\":%d,\"examples_s\":%.0f,\"min\":%.0f,"
            + "\"max\":%.0f,\"per_cpu_s\":%.0f,\"cpu_min\":%.0f,\"cpu_max\":%.0f,"
            + "\"per_thread_s\":%.0f,\"heap_bytes_step\":%.0f,\"native_bytes_step\":%.0f}%n",
        what,
        batch,
        wall[windows / 2],
        wall[0],
        wall[windows - 1],
        cpu[windows / 2],
        cpu[0],
        cpu[windows - 1],
        thread[windows / 2],
        heap,
        kept);
    return new double[] {wall[windows / 2], thread[windows / 2]};
  }

  /**
   * Runs a second of the clock, of CPU time of all threads and of this one; bytes that a run
   * allocates on the heap; and the number of runs.
   */
  private static double[] window(Runnable step, double seconds) {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long heap = threads.getCurrentThreadAllocatedBytes();
    long clock = System.nanoTime();
    long all = process.getProcessCpuTime();
    long own = threads.getCurrentThreadCpuTime();
    long steps = 0;
    while (threads.getCurrentThreadCpuTime() - own < seconds * 1e9) {
      step.run();
      steps++;
    }
    double runs = 1e9 * steps;
    return new double[] {
      runs / (System.nanoTime() - clock),
      runs / (process.getProcessCpuTime() - all),
      runs / (threads.getCurrentThreadCpuTime() - own),
      (double) (threads.getCurrentThreadAllocatedBytes() - heap) / steps,
      steps
    };
  }
}
