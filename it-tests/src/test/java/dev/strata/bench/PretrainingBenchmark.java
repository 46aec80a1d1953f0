package dev.strata.bench;

import dev.strata.driver.activations.ActivationWriter;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSettingsBuilder;
import dev.strata.executor.rbm.RbmSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Pretraining 784-1000-1000-1000 layer by layer, against the time that this machine needs for the
 * matrix products alone (five a step, one a row for the activations that the next layer reads),
 * measured in the same run before and after; then a fourth layer of the same width, to see whether
 * time grows with depth.
 *
 * <p>Arguments {@code name=value}: {@code images} (IDX file; random rows where empty), {@code
 * rows}, {@code epochs}, {@code workers}, {@code batch} (of a worker), {@code every}, {@code outer}
 * (as of {@link AveragingComparison}), {@code kind} (autoencoder or rbm), {@code updater}, {@code
 * rate}, {@code l2}, {@code tied} (of an autoencoder), {@code optimizer-state}, {@code units},
 * {@code depth}.
 */
public final class PretrainingBenchmark {
  private static final int WIDTH = 784;
  private static final int ROWS_AT_ONCE = 1024;

  private final BenchArguments arguments;
  private final Path work;
  private final int workers;
  private final int batch;
  private final int epochs;
  private final int units;

  private PretrainingBenchmark(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
    this.workers = arguments.integer("workers");
    this.batch = arguments.integer("batch");
    this.epochs = arguments.integer("epochs");
    this.units = arguments.integer("units");
  }

  public static void main(String[] given) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("images", "");
    defaults.put("rows", "60000");
    defaults.put("epochs", "15");
    defaults.put("workers", "2");
    defaults.put("batch", "128");
    defaults.put("every", "10");
    defaults.put("outer", "none");
    defaults.put("kind", "autoencoder");
    defaults.put("updater", "adam");
    defaults.put("rate", "0.001");
    defaults.put("l2", "0");
    defaults.put("tied", "true");
    defaults.put("optimizer-state", "average");
    defaults.put("units", "1000");
    defaults.put("depth", "4");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    Path work = Files.createTempDirectory("strata-pretraining");
    new PretrainingBenchmark(arguments, work).run();
  }

  /**
   * What a layer took, in seconds.
   *
   * @param products what its products take at the ceiling
   * @param training its rounds, checkpoints included
   * @param activations writing its output for the next layer
   */
  private record Layer(double products, double training, double activations) {
    double seconds() {
      return training + activations;
    }
  }

  private void run() throws IOException {
    int rows = arguments.integer("rows");
    int depth = arguments.integer("depth");
    GemmCeiling ceiling = new GemmCeiling(workers, batch, 2_000_000_000L);
    double[] first = ceiling(ceiling, WIDTH);
    double[] others = ceiling(ceiling, units);
    List<double[]> took = new ArrayList<>();
    try (BenchSession session = new BenchSession("pretraining-benchmark", workers, work)) {
      ActivationWriter writer = new ActivationWriter(session.spark());
      LayerTraining training =
          new LayerTraining(session.spark(), work.resolve("run"), workers, batch, epochs, 4);
      ShardSet shards = shards(rows);
      for (int layer = 1; layer <= depth; layer++) {
        UnsupervisedSpec spec = spec(layer == 1 ? WIDTH : units);
        long begun = System.nanoTime();
        TrainingOutcome outcome = training.run("layer-" + layer, spec, shards, averaging());
        long trained = System.nanoTime();
        ShardSet below = shards;
        shards = activations(writer, layer, outcome.parameters(), below);
        long written = System.nanoTime();
        if (layer > 1) {
          writer.discard(below);
        }
        took.add(new double[] {(trained - begun) / 1e9, (written - trained) / 1e9});
        System.err.printf(
            Locale.ROOT,
            "layer %d: %.1f s training (%.1f s in rounds), %.1f s activations; a round's ms: %s%n",
            layer,
            (trained - begun) / 1e9,
            outcome.trainSeconds(),
            (written - trained) / 1e9,
            training.roundParts("layer-" + layer));
      }
    }
    double[] firstAfter = ceiling(ceiling, WIDTH);
    double[] othersAfter = ceiling(ceiling, units);
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      // The faster of both measurements: the machine's ceiling is what it can do.
      double[] one = i == 0 ? faster(first, firstAfter) : faster(others, othersAfter);
      layers.add(layer(one, rows, took.get(i)));
    }
    print(rows, layers);
  }

  private double[] ceiling(GemmCeiling ceiling, int inputs) {
    return new double[] {
      ceiling.secondsPerStep(inputs, units), ceiling.secondsPerActivation(inputs, units)
    };
  }

  private static double[] faster(double[] a, double[] b) {
    return new double[] {Math.min(a[0], b[0]), Math.min(a[1], b[1])};
  }

  private Layer layer(double[] ceiling, int rows, double[] took) {
    double steps = (double) rows / batch / workers;
    return new Layer(steps * (epochs * ceiling[0] + ceiling[1]), took[0], took[1]);
  }

  private void print(int rows, List<Layer> layers) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-8s %12s %12s %12s %9s%n", "layer", "products s", "training s", "output s", "share"));
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      text.append(
          String.format(
              Locale.ROOT,
              "%-8d %12.2f %12.2f %12.2f %8.1f%%%n",
              i + 1,
              layer.products(),
              layer.training(),
              layer.activations(),
              100 * layer.products() / layer.seconds()));
    }
    List<Layer> three = layers.subList(0, Math.min(3, layers.size()));
    double products = three.stream().mapToDouble(Layer::products).sum();
    double seconds = three.stream().mapToDouble(Layer::seconds).sum();
    text.append(
        String.format(
            Locale.ROOT,
            "%nfirst %d layers: %.1f s, %,.0f rows/s, %.1f %% of the ceiling (asked: at least 55)%n",
            three.size(),
            seconds,
            (double) rows * epochs * three.size() / seconds,
            100 * products / seconds));
    for (int i = 2; i < layers.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "time per epoch, layer %d / layer 2: %.3f (asked: at most 1.15)%n",
              i + 1,
              layers.get(i).training() / layers.get(1).training()));
    }
    System.out.println(arguments);
    System.out.println(text);
  }

  private ShardSet shards(int rows) throws IOException {
    return arguments.text("images").isEmpty()
        ? BenchData.random(work.resolve("rows"), rows).shards()
        : ImageShards.of(Path.of(arguments.text("images")), work.resolve("rows"), rows);
  }

  private AveragingSettings averaging() {
    OptimizerState state =
        OptimizerState.valueOf(arguments.text("optimizer-state").toUpperCase(Locale.ROOT));
    return new AveragingSettings(
        arguments.integer("every"), state, 1L << 32, BenchArguments.outer(arguments.text("outer")));
  }

  private UnsupervisedSpec spec(int inputs) {
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of(arguments.text("updater"), arguments.number("rate")),
            ScheduleSettings.none(),
            ClippingSettings.none());
    if (arguments.text("kind").equals("rbm")) {
      RbmSettings settings = RbmSettingsBuilder.builder(rbm()).l2(arguments.number("l2")).build();
      return new RbmSpec(inputs, units, settings, update, 1);
    }
    AutoencoderSettings settings =
        autoencoder()
            .withTied(Boolean.parseBoolean(arguments.text("tied")))
            .withL2(arguments.number("l2"));
    return new AutoencoderSpec(inputs, units, settings, update, 1);
  }

  /** An RBM ({@code rbm}) or a tied denoising autoencoder of sigmoid units, trained by Adam. */
  static UnsupervisedSpec spec(String kind, int inputs, int units) {
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.defaults(), ScheduleSettings.none(), ClippingSettings.none());
    return kind.equals("rbm")
        ? new RbmSpec(inputs, units, rbm(), update, 1)
        : new AutoencoderSpec(inputs, units, autoencoder().withTied(true), update, 1);
  }

  private static RbmSettings rbm() {
    return RbmSettings.of(RbmSettings.BINARY, RbmSettings.BINARY);
  }

  private static AutoencoderSettings autoencoder() {
    return AutoencoderSettings.plain("sigmoid", "sigmoid", AutoencoderSettings.CROSS_ENTROPY)
        .withCorruption(InputNoise.masking(0.3));
  }

  private ShardSet activations(
      ActivationWriter writer, int layer, StateVector parameters, ShardSet rows) {
    int inputs = layer == 1 ? WIDTH : units;
    MultiLayerNetwork encoder =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(inputs)
                        .nOut(units)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    encoder.init();
    float[] all = parameters.toFloats();
    float[] own = java.util.Arrays.copyOf(all, Math.multiplyExact(inputs, units) + units);
    return writer.write(
        NetworkConfiguration.of(encoder),
        StateVector.of(own),
        rows,
        work.resolve("activations/layer-" + layer).toUri().toString(),
        ROWS_AT_ONCE);
  }
}
