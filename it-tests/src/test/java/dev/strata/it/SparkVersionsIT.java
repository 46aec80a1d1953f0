package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.kryo.StrataKryoRegistrator;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Project;
import dev.strata.it.support.SparkVersion;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One {@code strata.jar} gives the same shards, models and features on each version of Spark. Plain
 * {@code verify} runs the newest version beside the embedded Spark, {@code -Dstrata.spark=all} all
 * of {@code it-tests/spark/versions.txt} (docs/compatibility.md).
 */
class SparkVersionsIT {
  @TempDir private static Path folder;

  private static Map<String, String> expected;

  static List<SparkVersion> versions() {
    List<SparkVersion> complete = SparkVersion.all().stream().filter(SparkVersion::hasMl).toList();
    String asked = System.getProperty("strata.spark", "newest");
    if (asked.equals("newest")) {
      return complete.subList(complete.size() - 1, complete.size());
    }
    return asked.equals("all")
        ? complete
        : complete.stream().filter(version -> version.spark().equals(asked)).toList();
  }

  @BeforeAll
  static void runOnTheEmbeddedSpark() throws IOException {
    expected = run(Project.sparkHome(), Files.createDirectories(folder.resolve("embedded")));
    assertThat(expected).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void givesTheSameBytes(SparkVersion version) throws IOException {
    long begun = System.nanoTime();
    Map<String, String> found =
        run(version.home(), Files.createDirectories(folder.resolve(version.toString())));
    System.out.printf(
        "Spark %s: %d figures, %.0f s%n  %s%n",
        version, found.size(), (System.nanoTime() - begun) / 1e9, models(found));

    assertThat(found).isEqualTo(expected);
  }

  /** Code 2 and one sentence, before Spark or a command is looked at. */
  @Test
  void refusesASessionOfSparkConnect() {
    SparkVersion newest = versions().get(versions().size() - 1);
    StrataCommand command =
        StrataCommand.in(folder, "train", "--config", "none.conf").withSparkOf(newest.home());

    String said = command.spark("--conf", "spark.api.mode=connect").run(2);

    assertThat(said)
        .contains("strata: Strata needs a classic Spark session")
        .contains("spark.api.mode")
        .doesNotContain("none.conf", "Exception");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.4.4", "4.0.0"})
  void refusesOtherVersions(String version) throws IOException {
    String jar = SparkVersion.jarThatClaims(version, folder).toString();
    StrataCommand command = StrataCommand.in(folder, "train", "--config", "none.conf");

    String said = command.spark("--driver-class-path", jar).run(2);

    assertThat(said)
        .contains(version, "Spark 3.5, or Spark 4.0.1 or later")
        .doesNotContain("none.conf", "Exception");
  }

  /** Hashes of shards and features, modelSha256 of each step. */
  private static Map<String, String> run(Path sparkHome, Path folder) throws IOException {
    String trained = folder.resolve("trained").toString();
    String pretrained = folder.resolve("pretrained").toString();
    // As users type it; the others in one more driver, which saves half a minute of each.
    strict(StrataCommand.train(folder, trained), sparkHome).run(0);
    StrataCommand extract =
        StrataCommand.in(folder, "extract", "--config", folder.resolve("train.conf").toString())
            .set("model", trained)
            .set("output.dir", folder.resolve("extracted"))
            .set("extract.layers", "[hidden, output]");
    StrataCommand evaluate =
        StrataCommand.in(folder, "evaluate", "--config", folder.resolve("train.conf").toString())
            .set("model", trained)
            .set("output.dir", folder.resolve("evaluated"));
    strict(StrataCommand.pretrain(folder, pretrained), sparkHome)
        .spark("--conf", "spark.serializer=org.apache.spark.serializer.KryoSerializer")
        .spark("--conf", "spark.kryo.registrator=" + StrataKryoRegistrator.class.getName())
        .runSeries(
            StrataCommand.pretrainAuxiliary(folder, folder.resolve("auxiliary").toString()),
            StrataCommand.fineTune(folder, pretrained, folder.resolve("tuned").toString()),
            evaluate,
            extract);
    Map<String, String> figures = new TreeMap<>();
    for (String step : List.of("trained", "pretrained", "auxiliary", "tuned")) {
      Path output = folder.resolve(step);
      figures.put(step + " modelSha256", Outputs.of(output).result().modelSha256());
      shards(output.resolve("shards"))
          .forEach((file, hash) -> figures.put(step + " shards " + file, hash));
    }
    figures.put(
        "evaluated metrics", Outputs.of(folder.resolve("evaluated")).result().metrics().toString());
    figures.put("features", features(folder.resolve("extracted/features")));
    return figures;
  }

  /** Every class that Strata sends is registered with Kryo, in every command. */
  private static StrataCommand strict(StrataCommand command, Path sparkHome) {
    return command
        .withSparkOf(sparkHome)
        .spark("--master", "local[2]", "--conf", "spark.kryo.registrationRequired=true");
  }

  private static Map<String, String> shards(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".npy")).toList()) {
        hashes.put(folder.relativize(file).toString(), sha256(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  /** Of the values in the order of the rows' numbers: files of Parquet name their writer. */
  private static String features(Path folder) {
    List<String> lines = new ArrayList<>();
    for (Row row : LocalSpark.session().read().parquet(folder.toString()).collectAsList()) {
      lines.add(row.mkString("|"));
    }
    lines.sort(null);
    assertThat(lines).hasSize(2000);
    return sha256(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static String models(Map<String, String> figures) {
    return figures.entrySet().stream()
        .filter(figure -> figure.getKey().endsWith("modelSha256"))
        .map(figure -> figure.getKey() + " " + figure.getValue().substring(0, 12))
        .toList()
        .toString();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
