package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.damage.Mutation;
import dev.strata.driver.damage.Mutations;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.InProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages what lies on HDFS and runs the command that reads it: a training that was killed and is
 * repeated, {@code extract} and {@code evaluate}. {@code -Dstrata.damage.cases=N} makes N changes
 * in all, {@code -Dstrata.seed=N} others.
 */
@Seeded(20261128)
class HdfsDamageIT {
  private static final int CASES = Integer.getInteger("strata.damage.cases", 320);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CONFIGURATION =
      """
      seed = 5
      data {
        path = "%s", label = kind, id = [row], scaling = standard
        split { validation = 0.1, test = 0.1 }
        blocks = 2
      }
      network.layers = [
        { type = dense, units = 6, activation = tanh, name = hidden }
        { type = batch-norm }
        { type = output }
      ]
      training { workers = 2, batch-size = 8, epochs = 4 }
      averaging.every = 2
      checkpoint { every-rounds = 3, keep = 2 }
      """;

  private static final String READING =
      """
      data { path = "%s", label = kind, id = [row] }
      """;

  private static final String EXTRACTION =
      """
      data { path = "%s", id = [row] }
      extract.layers = [hidden]
      """;

  @TempDir private static Path folder;
  private static MiniDFSCluster hdfs;
  private static FileSystem fileSystem;
  private static String sound;
  private static Map<String, byte[]> finished;

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final Seed seed;

  HdfsDamageIT(Seed seed) {
    this.seed = seed;
  }

  @BeforeAll
  static void start() throws IOException {
    Configuration configuration = new Configuration();
    // A client that closes a file waits that long before it asks again whether the block is there,
    // 400 ms by default: most of the time of small files. It doubles with each retry.
    configuration.set("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "2");
    configuration.set("dfs.client.block.write.locateFollowingBlock.retries", "14");
    hdfs =
        new MiniDFSCluster.Builder(configuration, folder.resolve("hdfs").toFile())
            .numDataNodes(1)
            .build();
    hdfs.waitClusterUp();
    fileSystem = hdfs.getFileSystem();
    LocalSpark.session();
    Configurator.setLevel("org.apache.spark", Level.OFF);
    Configurator.setLevel("org.apache.hadoop", Level.OFF);
    String rows = Files.writeString(folder.resolve("rows.csv"), rows()).toString();
    Files.writeString(folder.resolve("train.conf"), CONFIGURATION.formatted(rows));
    Files.writeString(folder.resolve("evaluate.conf"), READING.formatted(rows));
    Files.writeString(folder.resolve("extract.conf"), EXTRACTION.formatted(rows));
    InProcess run = command("train", path("sound"));
    assertThat(run.code()).as(run.said()).isZero();
    sound = result("sound").modelSha256();
    finished = at("sound").files();
  }

  @AfterAll
  static void stop() {
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @AfterEach
  void print() {
    System.out.println(outcomes);
  }

  @Test
  void aKilledTrainingIsRepeatedOverDamagedFiles() throws IOException {
    Map<String, byte[]> killed = killed();
    at("whole").write(killed, Map.of());
    InProcess whole = command("train", path("whole"));
    assertThat(whole.code()).as(whole.said()).isZero();
    Long resumed = result("whole").resumedFromRound();
    assertThat(resumed).isNotNull();
    assertThat(result("whole").modelSha256()).isEqualTo(sound);

    int cases = CASES * 2 / 5;
    Random random = random("train");
    DamageReport report = new DamageReport("train, repeated", seed.value());
    // Three of four in checkpoints, the others in anything else that a run reads again.
    Mutations checkpoints = new Mutations(random, file -> file.startsWith("checkpoints/"));
    Mutations others = new Mutations(random, file -> !file.startsWith("checkpoints/"));
    for (int i = 0; i < cases; i++) {
      Mutation mutation = drawn(i % 4 == 3 ? others : checkpoints, killed, readByTraining());
      String name = "train-" + i;
      at(name).write(killed, mutation.changed());
      InProcess run = command("train", path(name));
      report.add(
          mutation,
          run,
          () -> {
            RunResult result = result(name);
            String model = model(name);
            if (!sound.equals(model) || !sound.equals(result.modelSha256())) {
              return "WRONG MODEL " + model + ", reported as " + result.modelSha256();
            }
            return Objects.equals(result.resumedFromRound(), resumed)
                ? DamageReport.RIGHT
                : DamageReport.FALLBACK;
          });
      at(name).delete();
    }
    finish(report, cases);
  }

  @Test
  void featuresOfADamagedModel() throws IOException {
    damageModel(
        "extract",
        name -> {
          List<String> rows =
              LocalSpark.session().read().parquet(path(name) + "/features").collectAsList().stream()
                  .map(Row::toString)
                  .sorted()
                  .toList();
          assertThat(rows).hasSize(ROWS);
          return rows.toString();
        });
  }

  @Test
  void metricsOfADamagedModel() throws IOException {
    damageModel("evaluate", name -> result(name).metrics().toString());
  }

  private void damageModel(String job, Content content) throws IOException {
    InProcess whole = reading(job, "sound", job + "-whole");
    assertThat(whole.code()).as(whole.said()).isZero();
    String expected = content.of(job + "-whole");
    int cases = CASES * 3 / 10;
    Random random = random(job);
    DamageReport report = new DamageReport(job, seed.value());
    Mutations bundle = new Mutations(random, file -> file.startsWith("model/"));
    Mutations others = new Mutations(random, file -> !file.startsWith("model/"));
    String model = job + "-model";
    at(model).write(finished, Map.of());
    for (int i = 0; i < cases; i++) {
      Mutation mutation = drawn(i % 4 == 3 ? others : bundle, finished, readByReaders());
      String output = job + "-" + i;
      at(model).change(mutation.changed());
      InProcess run = reading(job, model, output);
      report.add(
          mutation,
          run,
          () ->
              content.of(output).equals(expected)
                  ? DamageReport.RIGHT
                  : "WRONG RESULT in " + output);
      at(output).delete();
      for (String file : mutation.changed().keySet()) {
        at(model).change(Collections.singletonMap(file, finished.get(file)));
      }
    }
    assertThat(reading(job, model, job + "-restored").code()).isZero();
    finish(report, cases);
  }

  /** Other changes for each command. */
  private Random random(String job) {
    return new Random(31 * seed.value() + job.hashCode());
  }

  private void finish(DamageReport report, int cases) {
    outcomes.putAll(report.outcomes());
    assertThat(report.faults()).as(report.toString()).isEmpty();
    assertThat(report.cases()).isEqualTo(cases);
    ScenarioTable.add(
        "HDFS, damaged files: " + report.name(),
        "%d changes: %s; longest command %d s"
            .formatted(cases, report.outcomes(), report.longest().toSeconds()),
        true);
  }

  /** Files that a repeated training reads again. */
  private static Predicate<String> readByTraining() {
    return file -> !file.contains(".lease") && !file.startsWith("pictures/");
  }

  private static Predicate<String> readByReaders() {
    return file ->
        file.startsWith("model/") || file.equals("run.json") || file.equals("result.json");
  }

  private Mutation drawn(Mutations mutations, Map<String, byte[]> files, Predicate<String> read)
      throws IOException {
    Map<String, byte[]> those = new TreeMap<>(files);
    those.keySet().removeIf(read.negate());
    while (true) {
      Mutation mutation = mutations.any(those);
      boolean changes =
          mutation != null
              && mutation.changed().entrySet().stream()
                  .anyMatch(e -> !Arrays.equals(e.getValue(), files.get(e.getKey())));
      if (changes) {
        return mutation;
      }
    }
  }

  /**
   * Files of a training on HDFS, in a process of its own, that was killed once it had begun to
   * write the third of four checkpoints: two are complete.
   */
  private static Map<String, byte[]> killed() throws IOException {
    Outputs outputs = Outputs.of(new Configuration(), path("killed"));
    StrataCommand command =
        StrataCommand.in(folder, "train", "--config", folder.resolve("train.conf").toString())
            .set("output.dir", path("killed"))
            .spark("--master", "local[2]");
    try (ChildProcess run = command.start()) {
      run.await("round 9", Duration.ofMinutes(5), () -> newestRound(outputs) >= 9);
      run.kill();
    }
    assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
    return at("killed").files();
  }

  private static long newestRound(Outputs outputs) {
    return outputs.checkpoints().stream()
        .mapToLong(path -> Long.parseLong(path.getName().split("-")[1]))
        .max()
        .orElse(0);
  }

  private static InProcess reading(String job, String model, String output) {
    return command(job, path(output), "--set", "model=" + path(model));
  }

  private static InProcess command(String job, String output, String... more) {
    List<String> arguments = new java.util.ArrayList<>();
    arguments.addAll(List.of(job, "--config", folder.resolve(job + ".conf").toString()));
    arguments.addAll(List.of("--output", output));
    arguments.addAll(List.of(more));
    return InProcess.run(LIMIT, arguments.toArray(String[]::new));
  }

  private static RunResult result(String name) {
    return Outputs.of(new Configuration(), path(name)).result();
  }

  /** SHA-256 of what the bundle holds, which need not be what the result says. */
  private static String model(String name) {
    return BundleReader.open(new Configuration(), path(name) + "/model", "model").model().sha256();
  }

  private static HdfsFolder at(String name) {
    return new HdfsFolder(fileSystem, new org.apache.hadoop.fs.Path(path(name)));
  }

  private static String path(String name) {
    return fileSystem.getUri() + "/runs/" + name;
  }

  private static final int ROWS = 90;

  private static String rows() {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("row,x,y,kind\n");
    for (int i = 0; i < ROWS; i++) {
      int kind = i % 3;
      double x = 2 * kind - 2 + random.nextGaussian();
      double y = (kind == 1 ? 2 : -1) + random.nextGaussian();
      text.append(String.format(Locale.ROOT, "%d,%.3f,%.3f,%s%n", i, x, y, "abc".charAt(kind)));
    }
    return text.toString();
  }

  /** What a finished run gave. */
  private interface Content {
    String of(String name);
  }
}
