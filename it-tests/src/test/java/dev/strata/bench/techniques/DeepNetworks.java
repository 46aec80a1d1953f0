package dev.strata.bench.techniques;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.layers.FreshNetwork;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Networks of many dense layers by activation and initialization: test accuracy after training;
 * and, before it, the norm of the gradient of the lowest hidden layer's weights over that of the
 * topmost hidden layer's (Glorot and Bengio 2010, section 4).
 */
final class DeepNetworks {
  private static final int SEED = 1;
  private static final int ROWS = 500;
  private static final String LOWEST = "lowest";
  private static final String TOPMOST = "topmost";

  private final TechniqueRuns runs;
  private final int layers;
  private final int units;
  private final Map<String, String> shared;

  /**
   * @param layers number of hidden layers, at least 2
   * @param units of each
   * @param shared settings of all runs
   */
  DeepNetworks(TechniqueRuns runs, int layers, int units, Map<String, String> shared) {
    this.runs = runs;
    this.layers = layers;
    this.units = units;
    this.shared = shared;
  }

  /** A cell of the table. */
  private interface Cell {
    String of(String activation, String init) throws SparkUserAppException;
  }

  /**
   * Four tables: accuracies and ratios, without batch normalization and with it.
   *
   * @param activations as in the configuration
   * @param inits as in the configuration
   */
  String tables(List<String> activations, List<String> inits) throws SparkUserAppException {
    StringBuilder text = new StringBuilder();
    for (boolean normalized : new boolean[] {false, true}) {
      String how = normalized ? "with" : "without";
      text.append("Gradient ratio before training, %s batch normalization:%n%n".formatted(how));
      text.append(table(activations, inits, (a, init) -> ratio(a, init, normalized)));
      text.append("%nTest accuracy in %%, %s batch normalization:%n%n".formatted(how));
      text.append(table(activations, inits, (a, init) -> accuracy(a, init, normalized)));
      text.append("\n");
    }
    return text.toString();
  }

  private static String table(List<String> activations, List<String> inits, Cell cell)
      throws SparkUserAppException {
    StringBuilder text = new StringBuilder("| activation | ");
    text.append(String.join(" | ", inits)).append(" |\n| --- |");
    text.append(" ---: |".repeat(inits.size())).append("\n");
    for (String activation : activations) {
      text.append("| ").append(activation);
      for (String init : inits) {
        text.append(" | ").append(cell.of(activation, init));
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  private String accuracy(String activation, String init, boolean normalized)
      throws SparkUserAppException {
    String name = "depth-%s-%s%s".formatted(activation, init, normalized ? "-batch-norm" : "");
    return runs.train(name, SEED, settings(activation, init, normalized))
        .map(result -> 100 * (1 - TechniqueRuns.error(result, "test")))
        .map(accuracy -> String.format(Locale.ROOT, "%.1f", accuracy))
        .orElse("diverged");
  }

  /** Exactly one power of ten and one digit, as these ratios differ by many powers. */
  private String ratio(String activation, String init, boolean normalized)
      throws SparkUserAppException {
    Configuration hadoop = new Configuration();
    List<String> command = runs.command(SEED, settings(activation, init, normalized));
    // Each setting is an option and its value.
    List<String> values = command.stream().filter(word -> word.contains("=")).toList();
    Settings settings =
        SettingsReader.read(ResolvedConfiguration.load(Optional.empty(), values, hadoop), Set.of());
    ShardSet set = ManifestFile.open(hadoop, runs.rows(SEED) + "/train");
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    NetworkConfiguration network =
        NetworkBuilder.build(
            settings.network(),
            Optional.empty(),
            NetworkInput.numbers(manifest.inputWidth(0)),
            OutputTask.classes(manifest.classes().size()),
            SEED);
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      Minibatch rows = reader.read(EpochOrder.sequential(manifest, blocks), 0, ROWS);
      FreshNetwork fresh = FreshNetwork.of(network, UnitVariance.layers(settings.network()), rows);
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

  private Map<String, String> settings(String activation, String init, boolean normalized) {
    List<String> all = new ArrayList<>();
    for (int layer = 1; layer <= layers; layer++) {
      String name = layer == 1 ? LOWEST : layer == layers ? TOPMOST : "middle-" + layer;
      all.add(
          "{ type = dense, units = %d, activation = %s, init = %s, name = %s }"
              .formatted(units, activation, init, name));
      if (normalized) {
        all.add("{ type = batch-norm }");
      }
    }
    all.add("{ type = output }");
    Map<String, String> settings = new TreeMap<>(shared);
    settings.put("network.layers", "[" + String.join(", ", all) + "]");
    return settings;
  }
}
