package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.DagRun;
import dev.strata.it.support.DagRun.Attempt;
import dev.strata.it.support.HdfsFiles;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.PythonProgram;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example DAG's commands on a standalone cluster over HDFS, one after another, as Airflow would
 * run and retry them. The stand-in for Airflow runs them; all else is real.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AirflowIT {
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final String FIRST = "20261101t0000_20261108t0000";
  private static final String SECOND = "20261108t0000_20261115t0000";
  private static final String BROKEN = "20261115t0000_20261122t0000";
  private static final List<String> TASKS =
      List.of("prepare", "pretrain", "fine_tune", "evaluate", "gate", "publish", "extract");
  private static final int FEATURES = 8;

  @TempDir static Path shared;
  private static MiniDFSCluster hdfs;
  private static StandaloneCluster cluster;
  private static HdfsFiles files;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(PythonProgram.isThere(), "python3 is not installed");
    hdfs =
        new MiniDFSCluster.Builder(new Configuration(), shared.resolve("hdfs").toFile())
            .numDataNodes(2)
            .build();
    hdfs.waitClusterUp();
    files = new HdfsFiles(hdfs.getFileSystem(), "/strata");
    files.upload(Path.of("..", "deploy", "airflow", "conf"), "conf");
    for (String week : List.of(FIRST, SECOND, BROKEN)) {
      files.write("landing/" + week + "/unlabelled.csv", rows(1000, 0, false));
      files.write("landing/" + week + "/labelled.csv", rows(600, 10_000, true));
      files.write("landing/" + week + "/test.csv", rows(200, 20_000, true));
    }
    cluster = StandaloneCluster.startWithRest(shared, 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @Test
  @Order(1)
  void aRepeatedIntervalDoesNoWorkAndChangesNoByte() throws IOException {
    assertThat(ended(week("2026-11-01", "2026-11-08"), 0)).isEqualTo(firstTime(TASKS));
    Map<String, String> before = files.content();
    assertThat(before).as("files of all tasks").hasSizeGreaterThan(200);
    long applications = cluster.applications();

    try (ChildProcess run = week("2026-11-01", "2026-11-08").start()) {
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
      assertThat(shown(run)).isEqualTo(firstTime(TASKS));
      assertThat(run.output().split("This run is already finished", -1)).as("jobs").hasSize(1 + 5);
      assertThat(run.output()).contains("Already published as zoo:flowers@1");
    }
    assertThat(files.content()).isEqualTo(before);
    assertThat(cluster.applications()).as("Spark applications").isEqualTo(applications);
    ScenarioTable.add(
        "Airflow: the DAG's commands twice for one interval",
        "%d files unchanged, no Spark application".formatted(before.size()),
        true);
  }

  /** Three drivers are killed; another process holds the evaluation's folder at first. */
  @Test
  @Order(2)
  void aKilledIntervalEndsAsAnUndisturbedOne() throws IOException {
    Outputs pretrain = outputs(SECOND, "pretrain");
    Outputs fineTune = outputs(SECOND, "fine-tune");
    try (ChildProcess run = week("2026-11-08", "2026-11-15").start()) {
      run.await("a checkpoint of a layer", LIMIT, () -> !pretrain.checkpoints("layer-2").isEmpty());
      killDriver(run, "pretrain", pretrain);
      run.await("a checkpoint", LIMIT, () -> !fineTune.checkpoints().isEmpty());
      try (OutputLock held = lock(SECOND + "/evaluate")) {
        killDriver(run, "fine-tune", fineTune);
        held.ensureHeld();
        run.await("code 5", LIMIT, () -> has(run, "evaluate 1 up_for_retry"));
      }
      Outputs extract = outputs(SECOND, "extract");
      run.await("a begun extraction", LIMIT, () -> extract.run().identity().isPresent());
      killDriver(run, "extract", extract);

      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
      assertThat(shown(run))
          .containsExactly(
              "prepare 1 success",
              "pretrain 1 up_for_retry",
              "pretrain 2 success",
              "fine_tune 1 up_for_retry",
              "fine_tune 2 success",
              "evaluate 1 up_for_retry",
              "evaluate 2 success",
              "gate 1 success",
              "publish 1 success",
              "extract 1 up_for_retry",
              "extract 2 success");
      assertThat(attempt(run, "pretrain").text()).contains("Error code is: -9");
      assertThat(attempt(run, "evaluate").text()).contains("Error code is: 5");
      assertThat(run.output()).contains("Resuming after round", "zoo:flowers@2");
    }
    for (String job : List.of("pretrain", "fine-tune")) {
      assertThat(outputs(SECOND, job).result().modelSha256())
          .isEqualTo(outputs(FIRST, job).result().modelSha256());
    }
    assertThat(fineTune.result().resumedFromRound()).isGreaterThanOrEqualTo(10);
    assertThat(outputs(SECOND, "evaluate").result().metrics())
        .isEqualTo(outputs(FIRST, "evaluate").result().metrics());
    Dataset<Row> undisturbed = features(FIRST);
    Dataset<Row> killed = features(SECOND);
    assertThat(killed.count()).isEqualTo(undisturbed.count()).isEqualTo(1000);
    assertThat(killed.exceptAll(undisturbed).count()).isZero();
    ScenarioTable.add(
        "Airflow: drivers of pretrain, fine-tune and extract killed and retried; code 5 retried",
        "11 attempts, 7 tasks succeeded",
        true);
  }

  @Test
  @Order(3)
  void code3IsNotRetriedInEitherMode() throws IOException {
    String broken = "landing/" + BROKEN + "/unlabelled.csv";
    files.write(broken, rows(1000, 0, false).replaceFirst("\\n\\d+,[^,]+", "\n0,tall"));
    DagRun client = week("2026-11-15", "2026-11-22").only("prepare");
    try (ChildProcess run = client.start()) {
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isEqualTo(1);
      assertThat(shown(run)).containsExactly("prepare 1 failed");
      assertThat(attempt(run, "prepare").text()).contains("Error code is: 3.");
    }
    try (ChildProcess run = inCluster("2026-11-15", "2026-11-22").start()) {
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isEqualTo(1);
      assertThat(shown(run)).containsExactly("prepare 1 failed");
      assertThat(attempt(run, "prepare").text())
          .contains("badly exited with status FAILED", "exit code 3 in failure.json", "tall");
    }
    files.write(broken, rows(1000, 0, false));
    assertThat(ended(inCluster("2026-11-15", "2026-11-22"), 0))
        .containsExactly("prepare 1 success");
    assertThat(outputs(BROKEN, "prepare").result().job()).isEqualTo("prepare");
    ScenarioTable.add(
        "Airflow: code 3 in client mode, and from failure.json in cluster mode",
        "1 attempt each, not retried; succeeds once the row is mended");
  }

  private static DagRun week(String start, String end) {
    return new DagRun(shared, cluster.url(), files.root()).interval(start, end);
  }

  private static DagRun inCluster(String start, String end) {
    return new DagRun(shared, cluster.restUrl(), files.root())
        .interval(start, end)
        .only("prepare")
        .set("STRATA_DEPLOY_MODE", "cluster");
  }

  private static List<String> ended(DagRun dag, int code) {
    try (ChildProcess run = dag.start()) {
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isEqualTo(code);
      return shown(run);
    }
  }

  private static List<String> firstTime(List<String> tasks) {
    return tasks.stream().map(task -> task + " 1 success").toList();
  }

  private static List<String> shown(ChildProcess run) {
    return DagRun.attempts(run).stream().map(Attempt::shown).toList();
  }

  private static boolean has(ChildProcess run, String shown) {
    return shown(run).contains(shown);
  }

  /** The first of a task. */
  private static Attempt attempt(ChildProcess run, String task) {
    return DagRun.attempts(run).stream()
        .filter(attempt -> attempt.task().equals(task))
        .findFirst()
        .orElseThrow();
  }

  private static void killDriver(ChildProcess run, String command, Outputs outputs) {
    List<ProcessHandle> drivers = run.descendants("/conf/" + command + ".conf");
    assertThat(drivers).as("drivers of " + command).hasSize(1);
    drivers.get(0).destroyForcibly();
    assertThat(outputs.run().result()).as(command + " killed in the middle").isEmpty();
  }

  private static OutputLock lock(String folder) {
    return OutputLock.acquire(
        new Configuration(), files.root() + "/runs/" + folder, Duration.ofHours(1), "somebody");
  }

  private static Outputs outputs(String week, String job) {
    return Outputs.of(new Configuration(), files.root() + "/runs/" + week + "/" + job);
  }

  private static Dataset<Row> features(String week) {
    return LocalSpark.session()
        .read()
        .parquet(outputs(week, "extract").run().folder() + "/features");
  }

  /** Three classes, well apart; the same in every week. */
  private static String rows(int count, int first, boolean label) {
    Random random = new Random(first + 5L);
    StringBuilder text = new StringBuilder("number");
    for (int f = 0; f < FEATURES; f++) {
      text.append(",x").append(f);
    }
    text.append(label ? ",species\n" : "\n");
    for (int row = 0; row < count; row++) {
      int species = random.nextInt(3);
      text.append(first + row);
      for (int f = 0; f < FEATURES; f++) {
        double centre = Math.sin(species * 7.0 + f);
        text.append(String.format(Locale.ROOT, ",%.4f", centre + random.nextGaussian() / 2));
      }
      text.append(label ? "," + "abc".charAt(species) + "\n" : "\n");
    }
    return text.toString();
  }
}
