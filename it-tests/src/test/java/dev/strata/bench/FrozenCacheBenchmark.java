package dev.strata.bench;

import dev.strata.driver.activations.ActivationWriter;
import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.inference.FrozenBelowSpec;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An epoch of fine-tuning 784-1000-1000-1000-10 on the output of frozen layers computed once,
 * against the same epoch with that output computed in each step, and against DL4J's own {@code fit}
 * with its frozen layers: with the output layer trained alone, and with the uppermost hidden layer
 * too. One worker; the contestants take turns, medians of their epochs are compared. Rows are
 * random: speed does not depend on what they say.
 *
 * <p>Arguments {@code name=value}: {@code rows}, {@code batch}, {@code turns}, {@code updater},
 * {@code clock} (wall, or processor on a machine that is not idle).
 */
public final class FrozenCacheBenchmark {
  private static final int HIDDEN = 3;

  private final BenchArguments arguments;
  private final BenchSession session;
  private final Path work;
  private final Map<String, List<Double>> speeds = new LinkedHashMap<>();
  private final Map<String, StateVector> parameters = new TreeMap<>();

  private FrozenCacheBenchmark(BenchArguments arguments, BenchSession session, Path work) {
    this.arguments = arguments;
    this.session = session;
    this.work = work;
  }

  public static void main(String[] given) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("rows", "8192");
    defaults.put("batch", "128");
    defaults.put("turns", "5");
    defaults.put("updater", "sgd");
    defaults.put("clock", "wall");
    BlasThreads.single();
    Path work = Files.createTempDirectory("strata-cache");
    try (BenchSession session = new BenchSession("cache-benchmark", 1, work)) {
      new FrozenCacheBenchmark(new BenchArguments(given, defaults), session, work).run();
    }
  }

  /** An epoch in seconds. */
  @FunctionalInterface
  private interface Contestant {
    double epoch();
  }

  /** Processor time of this process, which other processes on the machine do not change. */
  private long now() {
    if (arguments.text("clock").equals("wall")) {
      return System.nanoTime();
    }
    return ProcessorTime.nanoseconds();
  }

  private void run() throws IOException {
    int count = arguments.integer("rows");
    ShardSet rows = BenchData.random(work.resolve("rows"), count).shards();
    NetworkConfiguration network = network();
    StateVector start = StateVector.of(network.newModel().params());
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    for (int frozen : new int[] {HIDDEN, HIDDEN - 1}) {
      String trained = frozen == HIDDEN ? "output layer" : "1000-wide and output layer";
      NetworkCut cut = NetworkCut.above(network, frozen);
      StateVector lower = start.part(0, cut.lowerParameters());
      StateVector upper = start.part(cut.lowerParameters(), start.length() - cut.lowerParameters());
      long begun = System.nanoTime();
      ShardSet outputs =
          new ActivationWriter(session.spark())
              .write(cut.lower(), lower, rows, work.resolve("frozen-" + frozen).toString(), 1024);
      System.out.printf(
          "output of %d frozen layers written once in %.2f s%n",
          frozen, (System.nanoTime() - begun) / 1e9);
      NetworkLearnerSpec spec = new NetworkLearnerSpec(cut.upper());
      contestants.put(
          trained + ", cached", () -> epoch(trained + ", cached", spec, outputs, upper));
      FrozenBelowSpec below = new FrozenBelowSpec(cut.lower(), lower, 0, spec);
      contestants.put(
          trained + ", uncached", () -> epoch(trained + ", uncached", below, rows, upper));
      contestants.put(trained + ", DL4J", () -> stock(network, frozen, rows));
    }
    for (int turn = 0; turn <= arguments.integer("turns"); turn++) {
      for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
        double seconds = contestant.getValue().epoch();
        // The first turn is for the JVM to compile.
        if (turn > 0) {
          speeds
              .computeIfAbsent(contestant.getKey(), name -> new ArrayList<>())
              .add(count / seconds);
          System.out.printf(Locale.ROOT, "%d %s: %.3f s%n", turn, contestant.getKey(), seconds);
        }
      }
    }
    BenchTable table = new BenchTable(speeds);
    for (String trained : List.of("output layer", "1000-wide and output layer")) {
      double asked = trained.equals("output layer") ? 10 : 2;
      table.ratio(trained + ", cached", trained + ", uncached", asked);
      table.ratio(trained + ", cached", trained + ", DL4J", 0);
      System.out.printf(
          Locale.ROOT,
          "%s: greatest difference of a parameter, cached and uncached, %.2g%n",
          trained,
          difference(parameters.get(trained + ", cached"), parameters.get(trained + ", uncached")));
    }
    System.out.println(table.text());
  }

  private static double difference(StateVector one, StateVector other) {
    double greatest = 0;
    for (long i = 0; i < one.length(); i++) {
      greatest = Math.max(greatest, Math.abs(one.get(i) - other.get(i)));
    }
    return greatest;
  }

  private NetworkConfiguration network() {
    List<LayerSettings> layers =
        new ArrayList<>(Collections.nCopies(HIDDEN, LayerSettings.dense(1000, "sigmoid")));
    layers.add(LayerSettings.output());
    return NetworkBuilder.build(
        NetworkSettings.of(layers, UpdaterSettings.of(arguments.text("updater"), 0.01)),
        BenchData.WIDTH,
        OutputTask.classes(BenchData.CLASSES),
        1);
  }

  /** The second epoch of a phase: the first one builds the learner and maps the rows. */
  private double epoch(String name, LearnerSpec spec, ShardSet rows, StateVector start) {
    ShardManifest manifest = ManifestFile.read(new Configuration(), rows);
    int batch = arguments.integer("batch");
    int every = (int) (manifest.rows() / batch + 1);
    try (Learner learner = spec.create()) {
      AveragingPhase phase =
          AveragingPhaseBuilder.builder()
              .name("benchmark")
              .title("benchmark")
              .learner(spec)
              .layout(learner.layout())
              .shards(rows)
              .plan(EpochPlan.of(manifest, 1, batch, every))
              .shuffleWindow(4)
              .epochs(2)
              .seed(1)
              .build();
      StateVector state = StateVector.zeros(learner.layout().optimizerState());
      TrainingState begin = TrainingState.beginning(0, start, state, 1, false);
      long[] ends = new long[3];
      int[] done = {0};
      TrainingState trained =
          new AveragingTrainer(
                  session.spark(),
                  new AveragingSettings(
                      every,
                      AveragingSettings.OptimizerState.AVERAGE,
                      1L << 32,
                      OuterSettings.NONE))
              .train(
                  phase,
                  begin,
                  (now, outcome, ended) -> {
                    ends[done[0]++] = now();
                    return true;
                  });
      parameters.put(name, trained.parameters());
      return (ends[1] - ends[0]) / 1e9;
    }
  }

  /** What DL4J's transfer learning does: the frozen layers are a part of the network. */
  private double stock(NetworkConfiguration network, int frozen, ShardSet rows) {
    MultiLayerNetwork model =
        new TransferLearning.Builder((MultiLayerNetwork) network.newModel())
            .setFeatureExtractor(frozen - 1)
            .build();
    Configuration hadoop = new Configuration();
    ShardManifest manifest = ManifestFile.read(hadoop, rows);
    int batch = arguments.integer("batch");
    EpochOrder order =
        EpochOrder.sequential(manifest, IntStream.range(0, manifest.blocks().size()).toArray());
    try (MinibatchReader reader = new MinibatchReader(hadoop, rows, manifest, DataType.FLOAT)) {
      long begun = now();
      for (int from = 0; from < order.rows(); from += batch) {
        Minibatch minibatch = reader.read(order, from, Math.min(batch, order.rows() - from));
        model.fit(minibatch.inputs()[0], minibatch.labels()[0]);
      }
      return (now() - begun) / 1e9;
    }
  }
}
