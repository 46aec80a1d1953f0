package dev.strata.bench.techniques;

import dev.strata.bench.labels.TrialLog;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.layers.FreshNetwork;
import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Networks of many dense layers by activation and initialization: test accuracy after training; and
 * before it the norm of the gradient of the lowest hidden layer's weights over that of the topmost
 * hidden layer's (Glorot and Bengio 2010, section 4). Each training is a trial, on one thread.
 */
final class DeepNetworks {
  private static final int SEED = 1;
  private static final int ROWS = 500;
  private static final int TRAIN = 0;
  private static final int TEST = 1;
  private static final String LOWEST = "lowest";
  private static final String TOPMOST = "topmost";

  private final Configuration hadoop = new Configuration();
  private final ShardSet train;
  private final ShardSet test;
  private final ShardManifest manifest;
  private final Shape shape;

  /**
   * What all networks share.
   *
   * @param layers number of hidden layers, at least 2
   * @param units of each
   * @param rate learning rate of Adam
   * @param epochs passes over the training rows
   * @param batch rows of a minibatch
   */
  record Shape(int layers, int units, String rate, int epochs, int batch) {}

  /** What is beside the dense layers. */
  enum Kind {
    PLAIN("without batch normalization", ""),
    NORMALIZED("with batch normalization", " batch-norm"),
    /** All but the lowest and the topmost layer are in blocks of two, the second one linear. */
    RESIDUAL("in residual blocks", " residual"),
    /** The same, the topmost block with probability of survival ½. */
    STOCHASTIC("in residual blocks with stochastic depth", " stochastic-depth");

    private final String words;
    private final String suffix;

    Kind(String words, String suffix) {
      this.words = words;
      this.suffix = suffix;
    }

    boolean hasBlocks() {
      return this == RESIDUAL || this == STOCHASTIC;
    }
  }

  /** A network of the table. */
  private record Entry(String activation, String init, Kind kind) {
    String name() {
      return activation + " " + init + kind.suffix;
    }
  }

  /**
   * @param rows folder of prepared rows, with the parts train and test
   */
  DeepNetworks(String rows, Shape shape) {
    this.train = ManifestFile.open(hadoop, rows + "/train");
    this.test = ManifestFile.open(hadoop, rows + "/test");
    this.manifest = ManifestFile.read(hadoop, train);
    this.shape = shape;
  }

  /**
   * Two tables of each kind: ratios and accuracies.
   *
   * @param activations as in the configuration
   * @param inits as in the configuration
   * @param trained those of them that networks of each kind are trained with
   * @param log what is done
   */
  String tables(
      JavaSparkContext spark,
      List<String> activations,
      List<String> inits,
      Map<Kind, List<String>> trained,
      TrialLog log) {
    List<Trial> trials = new ArrayList<>();
    trained.forEach(
        (kind, chosen) -> {
          for (String activation : activations) {
            chosen.forEach(init -> trials.add(trial(new Entry(activation, init, kind))));
          }
        });
    try (TrialRunner runner = new TrialRunner(spark, List.of(train, test), List.of())) {
      log.complete(runner, "depth", trials);
    }
    StringBuilder text = new StringBuilder();
    trained.forEach(
        (kind, chosen) -> {
          text.append("Gradient ratio before training, %s:%n%n".formatted(kind.words));
          text.append(table(activations, inits, kind, this::ratio));
          text.append("%nTest accuracy in %%, %s:%n%n".formatted(kind.words));
          text.append(table(activations, chosen, kind, entry -> accuracy(log, entry)));
          text.append("\n");
        });
    return text.toString();
  }

  private static String table(
      List<String> activations, List<String> inits, Kind kind, Function<Entry, String> cell) {
    StringBuilder text = new StringBuilder("| activation | ");
    text.append(String.join(" | ", inits)).append(" |\n| --- |");
    text.append(" ---: |".repeat(inits.size())).append("\n");
    for (String activation : activations) {
      text.append("| ").append(activation);
      for (String init : inits) {
        text.append(" | ").append(cell.apply(new Entry(activation, init, kind)));
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  private String accuracy(TrialLog log, Entry entry) {
    TrialResult result = log.find(name(entry)).orElseThrow();
    return result.diverged()
        ? "diverged"
        : String.format(Locale.ROOT, "%.1f", 100 * (1 - result.last().error()));
  }

  private String name(Entry entry) {
    return entry.name() + " " + shape;
  }

  private Trial trial(Entry entry) {
    Settings settings = settings(entry);
    return TrialBuilder.builder()
        .name(name(entry))
        .network(network(settings))
        .start(Trial.FRESH)
        .training(TrialRows.all(TRAIN, (int) manifest.rows()))
        .scoring(TrialRows.all(TEST, (int) ManifestFile.read(hadoop, test).rows()))
        .epochs(shape.epochs())
        .batch(shape.batch())
        .scoreEvery(shape.epochs())
        .seed(SEED)
        .unitVariance(UnitVariance.layers(settings.network()))
        .step(StepSettings.STOCK)
        .unlabelled(null)
        .build();
  }

  private NetworkConfiguration network(Settings settings) {
    return NetworkBuilder.build(
        settings.network(),
        Optional.empty(),
        NetworkInput.numbers(manifest.inputWidth(0)),
        OutputTask.classes(manifest.classes().size()),
        SEED);
  }

  private String ratio(Entry entry) {
    Settings settings = settings(entry);
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    try (MinibatchReader reader = new MinibatchReader(hadoop, train, manifest, DataType.FLOAT)) {
      Minibatch rows = reader.read(EpochOrder.sequential(manifest, blocks), 0, ROWS);
      FreshNetwork fresh =
          FreshNetwork.of(network(settings), UnitVariance.layers(settings.network()), rows);
      double top = gradient(fresh, TOPMOST);
      return top == 0 ? "no gradient" : number(gradient(fresh, LOWEST) / top);
    }
  }

  private static String number(double ratio) {
    return ratio == 0
        ? "0"
        : String.format(Locale.ROOT, ratio >= 0.01 && ratio < 100 ? "%.2f" : "%.0e", ratio);
  }

  private static double gradient(FreshNetwork network, String layer) {
    return network.layers().stream()
        .filter(one -> one.name().equals(layer))
        .findFirst()
        .orElseThrow()
        .gradientNorm()
        .orElseThrow();
  }

  private Settings settings(Entry entry) {
    List<String> all = new ArrayList<>();
    for (int layer = 1; layer <= shape.layers(); layer++) {
      String name = layer == 1 ? LOWEST : layer == shape.layers() ? TOPMOST : "middle-" + layer;
      boolean within = entry.kind().hasBlocks() && layer > 1 && layer < shape.layers();
      if (within) {
        boolean last = layer + 1 == shape.layers();
        all.add(block(entry, last ? List.of(name) : List.of(name, "middle-" + (layer + 1))));
        layer += last ? 0 : 1;
      } else {
        all.add(dense(entry, entry.activation(), name));
      }
      if (entry.kind() == Kind.NORMALIZED) {
        all.add("{ type = batch-norm }");
      }
    }
    all.add("{ type = output }");
    List<String> values =
        List.of(
            TechniqueLists.RATE + "=" + shape.rate(),
            "network.survival=" + (entry.kind() == Kind.STOCHASTIC ? 0.5 : 1),
            "network.layers=[" + String.join(", ", all) + "]");
    return SettingsReader.read(
        ResolvedConfiguration.load(Optional.empty(), values, hadoop), Set.of());
  }

  /** Layers with these names, the topmost one linear. */
  private String block(Entry entry, List<String> names) {
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String activation = i + 1 == names.size() ? "identity" : entry.activation();
      layers.add(dense(entry, activation, names.get(i)));
    }
    return "{ type = residual, layers = [" + String.join(", ", layers) + "] }";
  }

  private String dense(Entry entry, String activation, String name) {
    return "{ type = dense, units = %d, activation = %s, init = %s, name = %s }"
        .formatted(shape.units(), activation, entry.init(), name);
  }
}
