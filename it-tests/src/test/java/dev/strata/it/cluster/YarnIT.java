package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.Failure;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Example;
import dev.strata.it.support.HadoopCluster;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Project;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * YARN in client and cluster mode; HDFS of three DataNodes holds the application's staging, the
 * configuration, the data, the checkpoints, the zoo and every output.
 */
class YarnIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String CONFIGURATION = "hdfs:///conf/train.conf";
  private static final String DATA = "hdfs:///data/flowers.csv";
  private static final String BAD_DATA = "hdfs:///data/bad.csv";
  private static final String[] CLUSTER_MODE = {"--deploy-mode", "cluster"};
  private static final String[] CLIENT_MODE = {"--deploy-mode", "client"};

  @TempDir static Path shared;
  private static HadoopCluster hadoop;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    hadoop = HadoopCluster.start(shared, 3);
    Example.write(shared);
    Path table = shared.resolve("flowers.csv");
    put(Files.readString(table), DATA);
    put(Files.readString(table).replaceFirst("\\n\\d+,[^,]+", "\n0,tall"), BAD_DATA);
    put(Files.readString(shared.resolve("train.conf")), CONFIGURATION);
  }

  @AfterAll
  static void stop() {
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @Test
  void killedInClusterModeAndResumedInClientMode() throws IOException {
    String output = "hdfs:///runs/cluster-then-client";
    int code = killed(train(output).spark(CLUSTER_MODE), output);
    run(0, train(output).spark(CLIENT_MODE));
    boolean same = resumed(output);
    ScenarioTable.add(
        "YARN cluster mode over HDFS: `yarn application -kill`, repeated in client mode",
        "code " + code + ", then 0",
        same);

    publishExtractAndRepeat(output);
  }

  @Test
  void undisturbedInClusterMode() {
    String output = "hdfs:///runs/cluster";
    run(0, train(output).spark(CLUSTER_MODE));
    assertThat(outputs(output).result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());

    ScenarioTable.add("YARN cluster mode over HDFS, undisturbed", "code 0", true);
  }

  @Test
  void failuresInClusterMode() {
    int before = hadoop.applications().size();
    assertThat(small("typo").argument("--ouptut").spark(CLUSTER_MODE).run(2))
        .contains("did you mean --output?");
    assertThat(hadoop.applications()).as("submitted in vain").hasSize(before);
    failures(CLUSTER_MODE);
    // No failure.json: YARN's diagnostics or the missing setting tell the code.
    run(2, StrataCommand.in(folder, "train", "--config", CONFIGURATION), CLUSTER_MODE);
    plain(1, "--deploy-mode", "cluster");

    ScenarioTable.add(
        "YARN cluster mode: failures",
        "codes 2 (with and without output.dir), 3, 4; spark-submit 1");
  }

  @Test
  void failuresInClientMode() {
    failures(CLIENT_MODE);
    run(2, StrataCommand.in(folder, "train", "--config", CONFIGURATION), CLIENT_MODE);
    plain(2, "--deploy-mode", "client");

    ScenarioTable.add(
        "YARN client mode: failures",
        "codes 2 (with and without output.dir), 3, 4; spark-submit 2");
  }

  /** A zoo on HDFS, features on HDFS; the same command again does nothing. */
  private void publishExtractAndRepeat(String model) throws IOException {
    hadoop
        .on(StrataCommand.in(folder, "models", "publish", model, "--name", "flowers"))
        .argument("--zoo")
        .argument("hdfs:///zoo")
        .run(0);
    String output = "hdfs:///runs/features";
    StrataCommand extract =
        StrataCommand.in(folder, "extract", "--model", "zoo:flowers", "--zoo", "hdfs:///zoo")
            .set("data.path", DATA)
            .set("extract.layers", "[hidden]")
            .set("output.dir", output);
    run(0, extract, CLUSTER_MODE);
    List<String> files = modificationTimes(output + "/features");
    assertThat(files).isNotEmpty();
    ApplicationReport newest = newest();
    plain(
        0,
        CLUSTER_MODE,
        "extract",
        "--model",
        "zoo:flowers",
        "--zoo",
        "hdfs:///zoo",
        "--set",
        "data.path=" + DATA,
        "--set",
        "extract.layers=[hidden]",
        "--output",
        output);
    assertThat(newest().getApplicationId()).isGreaterThan(newest.getApplicationId());

    ScenarioTable.add(
        "YARN cluster mode: features of a zoo's model, repeated with plain spark-submit",
        "code 0 twice",
        modificationTimes(output + "/features").equals(files));
  }

  /** Codes 2, 3 and 4, each with its failure.json. */
  private void failures(String... mode) {
    String place = "hdfs:///runs/failed-" + mode[1] + "-";
    assertThat(run(2, small(place + 2).set("training.batch-size", 0), mode))
        .contains("training.batch-size");
    assertThat(run(3, small(place + 3).set("data.path", BAD_DATA), mode)).contains("tall");
    assertThat(
            run(
                4,
                small(place + 4).set("network.updater", "{type=sgd,learning-rate=1.0e40}"),
                mode))
        .contains("diverged in round 1");
    for (int code = 2; code <= 4; code++) {
      Outputs outputs = outputs(place + code);
      assertThat(outputs.run().failure().map(Failure::exitCode)).hasValue(code);
      assertThat(outputs.run().result()).isEmpty();
    }
  }

  /** Has YARN kill a run once it has a checkpoint; the exit code is that of a cluster's failure. */
  private static int killed(StrataCommand command, String output) {
    Outputs outputs = outputs(output);
    try (ChildProcess run = hadoop.on(command).start()) {
      run.await("a checkpoint", LIMIT, () -> !outputs.checkpoints().isEmpty());
      assertThat(hadoop.killApplications()).isTrue();
      assertThat(run.exitCode(LIMIT)).as(run.tail() + hadoop.tail()).isEqualTo(5);
    }
    assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
    return 5;
  }

  private static boolean resumed(String output) {
    assertThat(outputs(output).result().resumedFromRound()).isGreaterThanOrEqualTo(10);
    assertThat(outputs(output).result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
    return true;
  }

  private StrataCommand train(String output) {
    return StrataCommand.in(folder, "train", "--config", CONFIGURATION)
        .set("data.path", DATA)
        .set("output.dir", output);
  }

  /** A run that is going to fail: one executor is enough. */
  private StrataCommand small(String output) {
    return train(output).set("training.epochs", 1);
  }

  private static String run(int code, StrataCommand command, String... mode) {
    try {
      return hadoop
          .on(command)
          .spark("--num-executors", "1", "--executor-cores", "2")
          .spark(mode)
          .run(code);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + hadoop.tail(), e);
    }
  }

  /** Exit code of spark-submit itself, for a job that ends with code 2. */
  private void plain(int expected, String... mode) {
    plain(expected, mode, "train", "--output", "hdfs:///runs/plain-" + mode[1]);
  }

  private void plain(int expected, String[] mode, String... command) {
    List<String> all = new ArrayList<>();
    all.add(Project.sparkHome().resolve("bin/spark-submit").toString());
    all.addAll(hadoop.sparkArguments());
    all.addAll(List.of(mode));
    all.addAll(List.of("--driver-memory", "1g", "--num-executors", "1"));
    all.addAll(List.of("--class", "dev.strata.jobs.Strata", Project.jar().toString()));
    all.addAll(List.of(command));
    Map<String, String> environment =
        Map.of("HADOOP_CONF_DIR", hadoop.configurationFolder().toString());
    Path log = folder.resolve("spark-submit.log");
    try (ChildProcess submit = ChildProcess.start("spark-submit", all, environment, folder, log)) {
      assertThat(submit.exitCode(LIMIT))
          .as(() -> "plain spark-submit\n" + submit.tail() + hadoop.tail())
          .isEqualTo(expected);
    }
  }

  private static ApplicationReport newest() {
    List<ApplicationReport> all = hadoop.applications();
    return all.get(all.size() - 1);
  }

  private static Outputs outputs(String output) {
    return Outputs.of(hadoop.configuration(), output);
  }

  private static List<String> modificationTimes(String place) throws IOException {
    List<String> times = new ArrayList<>();
    FileSystem files = hadoop.fileSystem();
    var found = files.listFiles(new org.apache.hadoop.fs.Path(place), true);
    while (found.hasNext()) {
      var file = found.next();
      times.add(file.getPath().getName() + " " + file.getLen() + " " + file.getModificationTime());
    }
    return times;
  }

  private static void put(String text, String place) throws IOException {
    try (var out = hadoop.fileSystem().create(new org.apache.hadoop.fs.Path(place))) {
      out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
