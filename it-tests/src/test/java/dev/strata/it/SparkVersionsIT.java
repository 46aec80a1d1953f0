package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.ExampleSteps;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Project;
import dev.strata.it.support.SparkVersion;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import dev.strata.jobs.Strata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
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
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final List<String> LOCAL = List.of("--master", "local[2]");

  @TempDir private static Path folder;

  private static Map<String, String> expected;

  static List<SparkVersion> versions() {
    return SparkVersion.asked();
  }

  @BeforeAll
  static void runOnTheEmbeddedSpark() throws IOException {
    expected = steps(Project.embeddedSpark(), "embedded", LOCAL).run();
    assertThat(expected).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void givesTheSameBytes(SparkVersion version) throws IOException {
    long begun = System.nanoTime();
    Map<String, String> found = steps(version.home(), "local-" + version, LOCAL).run();
    report(version + ", local[2]", begun, found);

    assertThat(found).isEqualTo(expected);
  }

  /** The version's own Master, Workers and executors; the training and the pretraining lose one. */
  @ParameterizedTest
  @MethodSource("versions")
  @EnabledIfSystemProperty(named = "strata.spark", matches = "all|\\d.*")
  void lostExecutorsChangeNothing(SparkVersion version) throws IOException {
    long begun = System.nanoTime();
    Path shared = Files.createDirectories(folder.resolve("processes-" + version));
    try (StandaloneCluster cluster = StandaloneCluster.startOn(version.home(), shared, 2)) {
      List<String> spark = List.of("--master", cluster.url(), "--executor-memory", "1g");
      ExampleSteps steps = steps(version.home(), "cluster-" + version, spark);
      try (ChildProcess training = steps.startTraining()) {
        Outputs trained = steps.outputs("trained");
        loseAnExecutor(cluster, training, trained, () -> !trained.checkpoints().isEmpty());
      }
      try (ChildProcess others = steps.startOthers()) {
        Outputs pretrained = steps.outputs("pretrained");
        loseAnExecutor(
            cluster, others, pretrained, () -> !pretrained.checkpoints("layer-2").isEmpty());
      }
      Map<String, String> found = steps.figures();
      report(version + ", standalone, two executors killed", begun, found);

      assertThat(found).isEqualTo(expected);
    }
  }

  private static void loseAnExecutor(
      StandaloneCluster cluster, ChildProcess run, Outputs outputs, BooleanSupplier begun) {
    run.await("a checkpoint", LIMIT, begun);
    assertThat(cluster.executors()).as("executors").hasSize(2);
    assertThat(cluster.killExecutor()).isTrue();
    assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
    StrataCommand.requireSuccess(run);
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

  /** As with the client of Spark Connect, which has no SparkContext and no spark-submit. */
  @Test
  void refusesAClassPathWithoutSpark() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Project.jar().toString(),
            Strata.class.getName(),
            "train");
    try (ChildProcess process =
        ChildProcess.start("strata", command, Map.of(), folder, folder.resolve("without.log"))) {
      assertThat(process.exitCode(LIMIT)).as(process.tail()).isEqualTo(2);
      assertThat(process.output())
          .contains("strata: there is no Spark on the class path")
          .doesNotContain("Exception", "Error");
    }
  }

  private static ExampleSteps steps(Path sparkHome, String name, List<String> spark)
      throws IOException {
    return new ExampleSteps(sparkHome, Files.createDirectories(folder.resolve(name)), spark);
  }

  private static void report(String what, long begun, Map<String, String> found) {
    System.out.printf(
        "Spark %s: %d figures, %.0f s%n  %s%n",
        what, found.size(), (System.nanoTime() - begun) / 1e9, models(found));
  }

  private static String models(Map<String, String> figures) {
    return figures.entrySet().stream()
        .filter(figure -> figure.getKey().endsWith("modelSha256"))
        .map(figure -> figure.getKey() + " " + figure.getValue().substring(0, 12))
        .toList()
        .toString();
  }
}
