package dev.strata.executor.accelerator;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSpec;
import dev.strata.executor.shard.Minibatch;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Examples a second of learners on the CPU and on an accelerator, in loops as a worker's rounds
 * have them: each minibatch is copied from rows in memory, after each round parameters and state
 * are brought back. Needs neither JUnit nor Spark.
 */
public final class AcceleratedLearnerSpeed {
  private static final int ROWS = 8192;
  private static final int INPUTS = 784;
  private static final int CLASSES = 10;
  private static final int STEPS_OF_ROUND = 100;
  private static final int[] BATCHES = {128, 512};

  private final float[] rows = new float[ROWS * INPUTS];
  private final double seconds;

  private AcceleratedLearnerSpeed(double seconds) {
    this.seconds = seconds;
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(5) == 0 ? (float) random.nextDouble() : 0;
    }
  }

  /**
   * Prints a line for each learner and size of minibatch.
   *
   * @param seconds that each of the two is measured, after a round to warm up
   */
  public static void run(Supplier<Accelerator> accelerators, PrintStream out, double seconds) {
    BlasThreads.single();
    AcceleratedLearnerSpeed speed = new AcceleratedLearnerSpeed(seconds);
    for (Map.Entry<String, LearnerSpec> each : specs().entrySet()) {
      for (int batch : BATCHES) {
        double cpu;
        double there;
        try (Learner learner = each.getValue().create()) {
          cpu = speed.measure(learner, batch, STEPS_OF_ROUND / 10);
        }
        try (Learner learner = each.getValue().create(accelerators.get())) {
          there = speed.measure(learner, batch, STEPS_OF_ROUND);
        }
        out.printf(
            "%-34s batch %3d  CPU %,10.0f/s  accelerator %,10.0f/s  %6.1f times%n",
            each.getKey(), batch, cpu, there, there / cpu);
      }
    }
  }

  private static Map<String, LearnerSpec> specs() {
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of("adam", 0.001), ScheduleSettings.none(), ClippingSettings.none());
    AutoencoderSettings denoising =
        AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy")
            .withCorruption(InputNoise.masking(0.3));
    Map<String, LearnerSpec> specs = new LinkedHashMap<>();
    specs.put(
        "autoencoder 784-1000, masking", new AutoencoderSpec(INPUTS, 1000, denoising, update, 1));
    specs.put(
        "autoencoder 784-1000, tied",
        new AutoencoderSpec(INPUTS, 1000, denoising.withTied(true), update, 1));
    specs.put(
        "rbm 784-1000, CD-1",
        new RbmSpec(INPUTS, 1000, RbmSettings.of("binary", "binary"), update, 1));
    specs.put("network 784-500-250-10", new NetworkLearnerSpec(network()));
    return specs;
  }

  private static NetworkConfiguration network() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.001)).list();
    int[] widths = {INPUTS, 500, 250};
    for (int i = 1; i < widths.length; i++) {
      list.layer(
          new DenseLayer.Builder()
              .nIn(widths[i - 1])
              .nOut(widths[i])
              .activation(Activation.RELU)
              .build());
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(250)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
    return new NetworkConfiguration(NetworkConfiguration.Kind.MULTI_LAYER, list.build().toJson());
  }

  /** Examples a second. */
  private double measure(Learner learner, int batch, int stepsOfRound) {
    INDArray inputs = Nd4j.create(DataType.FLOAT, new long[] {batch, INPUTS}, 'c');
    INDArray labels = Nd4j.create(DataType.FLOAT, new long[] {batch, CLASSES}, 'c');
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    Minibatch minibatch =
        new Minibatch(
            batch,
            new INDArray[] {inputs},
            new INDArray[] {labels},
            new INDArray[0],
            Optional.empty());
    long steps = round(learner, minibatch, 0, stepsOfRound);
    long done = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < seconds * 1e9) {
      steps = round(learner, minibatch, steps, stepsOfRound);
      done += stepsOfRound;
    }
    return done * batch / ((System.nanoTime() - start) / 1e9);
  }

  private long round(Learner learner, Minibatch minibatch, long before, int steps) {
    int batch = minibatch.rows();
    double loss = 0;
    learner.counters(before, 0);
    for (long step = before; step < before + steps; step++) {
      int from = (int) (step * batch % (ROWS - batch));
      FlatMemory.floats(minibatch.inputs()[0]).put(0, rows, from * INPUTS, batch * INPUTS);
      Nd4j.getRandom().setSeed(step + 1);
      loss += learner.step(minibatch) * batch;
    }
    loss += learner.settle();
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException("the loss is " + loss);
    }
    return before + steps;
  }
}
