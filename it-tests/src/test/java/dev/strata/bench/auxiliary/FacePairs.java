package dev.strata.bench.auxiliary;

import dev.strata.bench.CommandComparison;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.shard.ManifestFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Faces of people who were never seen in training: whether two photographs are of one person, and
 * who it is of whom one, three or five photographs are known; by the distance of pixels, of 50
 * principal components of the training photographs, and of what a network of pairs makes of them.
 * All of the same small images, over several choices of the people. Splits that are done already
 * are kept.
 *
 * <p>Arguments: folder for results; folder of the configurations (conf); then any of {@code
 * splits=10}, {@code first=1}, {@code part=test} (or validation, to choose settings), {@code
 * master=local[2]}, {@code set.KEY=VALUE}. The configuration reads the environment's STRATA_DATA.
 */
public final class FacePairs {
  private static final int COMPONENTS = 50;
  private static final int DRAWS = 10;
  private static final int[] KNOWN = {1, 3, 5};
  private static final List<String> METHODS = List.of("pixels", "PCA-50", "network");

  private final Path output;
  private final Path configurations;
  private final Map<String, String> options = new TreeMap<>();
  private final Configuration hadoop = new Configuration();

  private FacePairs(String[] arguments) {
    output = Path.of(arguments[0]).toAbsolutePath();
    configurations = Path.of(arguments[1]);
    options.put("splits", "10");
    options.put("first", "1");
    options.put("part", "test");
    options.put("master", "local[2]");
    CommandComparison.read(arguments, options);
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: folder for results, folder of configurations, key=value …");
      return;
    }
    new FacePairs(arguments).run();
  }

  private void run() throws IOException, SparkUserAppException {
    CommandComparison.run("face-pairs", options.get("master"), output, session -> compare());
  }

  private void compare() throws IOException, SparkUserAppException {
    PairedTable table = new PairedTable("split", METHODS);
    int first = Integer.parseInt(options.get("first"));
    int end = first + Integer.parseInt(options.get("splits"));
    for (int split = first; split < end; split++) {
      measure(split, trained(split), table);
      Files.writeString(output.resolve("faces.md"), table.text(), StandardCharsets.UTF_8);
      System.err.println(table.text());
    }
    System.out.println(table.text());
  }

  private Path trained(int split) throws SparkUserAppException {
    Path run = output.resolve("split-" + split);
    CommandComparison.pretrained(
        "pretrain-auxiliary",
        run,
        configurations.resolve("faces-same-or-different.conf"),
        Map.of("seed", split),
        options);
    return run;
  }

  private void measure(int split, Path run, PairedTable table) {
    ModelBundle bundle = BundleReader.open(hadoop, run.toString(), "split-" + split);
    GroupedRows pixels = rows(run, options.get("part"));
    PrincipalComponents components = PrincipalComponents.of(rows(run, "train").rows(), COMPONENTS);
    MultiLayerNetwork network = (MultiLayerNetwork) bundle.model().newModel();
    List<GroupedRows> representations =
        List.of(
            pixels,
            pixels.as(components::apply),
            pixels.as(rows -> network.output(Nd4j.create(rows)).toFloatMatrix()));
    table.add("ROC AUC", representations.stream().map(GroupedRows::rocAuc).toList());
    for (int known : KNOWN) {
      table.add(
          "identified, " + known + " known",
          representations.stream().map(r -> r.identified(known, DRAWS, 1000L * split)).toList());
    }
  }

  private GroupedRows rows(Path run, String part) {
    return GroupedRows.of(
        hadoop, ManifestFile.open(hadoop, run.resolve("shards").resolve(part).toString()));
  }
}
