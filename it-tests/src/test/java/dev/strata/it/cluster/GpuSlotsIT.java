package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.executor.json.Json;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark gives addresses of GPUs to executors of a real Worker, and to their tasks; there is no GPU
 * behind them, so that the tasks compute on the CPU ({@code device.fallback}) and report what they
 * hold in {@code history.jsonl}.
 */
class GpuSlotsIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int TASKS = 4;
  private static final int ROUNDS = 50;

  /** {@code gpu 1 (computed on the CPU) of executor_127.0.0.1_0} */
  private static final Pattern HELD =
      Pattern.compile("gpu (\\S+) \\(computed on the CPU\\) of (executor_127\\.0\\.0\\.1_\\d+)");

  @TempDir static Path shared;
  private static StandaloneCluster cluster;

  @TempDir Path folder;

  /** Four addresses, printed as numbers, as some scripts do. */
  @BeforeAll
  static void start() throws IOException {
    Path script = shared.resolve("four-gpus.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [0, 1, 2, 3]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster =
        StandaloneCluster.ofOneWorker(
            shared,
            TASKS,
            Map.of(
                "spark.worker.resource.gpu.amount",
                "4",
                "spark.worker.resource.gpu.discoveryScript",
                script.toString()));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /**
   * Two executors with two addresses each on one host, of which one is killed; then two executors
   * with one address each, which two tasks share.
   */
  @Test
  void eachTaskHoldsTheAddressThatSparkGaveIt() throws IOException {
    Outputs whole = Outputs.of(folder.resolve("whole"));
    try (ChildProcess run = onGpus("whole", 2, "1").start()) {
      run.await("a checkpoint", LIMIT, () -> !whole.checkpoints().isEmpty());
      assertThat(cluster.executors()).as("executors").hasSize(2);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(whole.run().result()).as("killed in the middle").isEmpty();
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    List<HistoryEntry> rounds = History.read(whole.run());
    int exclusive = exclusiveRounds(rounds);
    assertThat(exclusive).isGreaterThanOrEqualTo(ROUNDS);
    assertThat(stagesAtOnce("whole")).as("four tasks at once").isGreaterThanOrEqualTo(ROUNDS);
    assertThat(executors(rounds)).as("one was replaced").hasSize(3);
    assertThat(exclusiveRounds(rounds.subList(firstWithReplacement(rounds), rounds.size())))
        .as("rounds with the replacement")
        .isGreaterThanOrEqualTo(10);

    onGpus("shared", 1, "0.5").run(0);
    Outputs shared = Outputs.of(folder.resolve("shared"));
    int sharing = sharedRounds(History.read(shared.run()));
    assertThat(sharing).isGreaterThanOrEqualTo(ROUNDS);
    assertThat(stagesAtOnce("shared")).as("four tasks at once").isGreaterThanOrEqualTo(ROUNDS);

    boolean same = whole.result().modelSha256().equals(shared.result().modelSha256());
    assertThat(same).isTrue();
    ScenarioTable.add(
        "GPU slots: 2 executors × 2 addresses, one killed and replaced",
        exclusive + " rounds with 4 tasks at once, each on an address of its own",
        same);
    ScenarioTable.add(
        "GPU slots: 2 executors × 1 address, 0.5 a task",
        sharing + " rounds with 2 tasks on each address",
        same);
  }

  @Test
  void whatCannotComputeOnTheAddressIsRefused() {
    String cpuJar = onGpus("refused", 2, "1").set("device.fallback", "none").run(2);
    assertThat(cpuJar)
        .contains("Strata cannot compute on gpu ")
        .contains("which Spark gave the task")
        .contains(
            "no NVIDIA driver of CUDA 11.4 or later", "an NVIDIA driver on the executor's host")
        .contains("device.fallback = cpu")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("refused/shards")).as("refused before any work").doesNotExist();

    String local =
        StrataCommand.train(folder, "local")
            .spark("--master", "local[2]", "--conf", "spark.task.resource.gpu.amount=1")
            .run(2);
    assertThat(local)
        .contains("a local master has no GPUs to give to tasks")
        .contains("spark.task.resource.gpu.amount")
        .contains("master local[2]");
    ScenarioTable.add(
        "GPU slots: no CUDA in the jar and no fallback; a local master", "code 2, one sentence");
  }

  private StrataCommand onGpus(String output, int perExecutor, String perTask) {
    return StrataCommand.train(folder, output)
        .set("training.workers", TASKS)
        .set("averaging.every", 2)
        .set("training.epochs", 12)
        .set("device.fallback", "cpu")
        .spark("--master", cluster.url())
        .spark("--conf", "spark.executor.memory=1g", "--conf", "spark.cores.max=" + TASKS)
        .spark("--conf", "spark.executor.cores=2")
        .spark("--conf", "spark.executor.resource.gpu.amount=" + perExecutor)
        .spark("--conf", "spark.task.resource.gpu.amount=" + perTask)
        // All slots before the first round.
        .spark("--conf", "spark.scheduler.minRegisteredResourcesRatio=1.0")
        .spark("--conf", "spark.eventLog.enabled=true")
        .spark("--conf", "spark.eventLog.dir=" + events(output).toUri());
  }

  private Path events(String output) {
    try {
      return Files.createDirectories(folder.resolve("events-" + output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stages whose four tasks had all begun before the first one ended, as Spark's events say. */
  private long stagesAtOnce(String output) throws IOException {
    Map<Integer, List<JsonNode>> tasks = new TreeMap<>();
    try (Stream<Path> logs = Files.list(events(output))) {
      for (Path log :
          logs.filter(file -> !file.getFileName().toString().startsWith(".")).toList()) {
        for (String line : Files.readAllLines(log)) {
          JsonNode event = Json.read(line, JsonNode.class, log);
          if (event.get("Event").asText().equals("SparkListenerTaskEnd")) {
            tasks
                .computeIfAbsent(event.get("Stage ID").asInt(), stage -> new ArrayList<>())
                .add(event.get("Task Info"));
          }
        }
      }
    }
    return tasks.values().stream().filter(GpuSlotsIT::areAtOnce).count();
  }

  private static boolean areAtOnce(List<JsonNode> tasks) {
    long lastBegin =
        tasks.stream().mapToLong(task -> task.get("Launch Time").asLong()).max().orElse(0);
    long firstEnd =
        tasks.stream().mapToLong(task -> task.get("Finish Time").asLong()).min().orElse(0);
    return tasks.size() == TASKS && lastBegin <= firstEnd;
  }

  /**
   * The rounds in which the four workers held four addresses. In others an executor was missing, so
   * that one task followed the other.
   */
  private static int exclusiveRounds(List<HistoryEntry> rounds) {
    int exclusive = 0;
    for (HistoryEntry round : rounds) {
      Map<String, Set<String>> held = held(round);
      long addresses = held.values().stream().mapToLong(Set::size).sum();
      Set<String> different = new HashSet<>();
      held.values().forEach(different::addAll);
      // With three executors, one of them has been killed in this very round.
      assertThat(held.size() > 2 || addresses == different.size())
          .as("no address with two executors: %s", devices(round))
          .isTrue();
      exclusive += different.size() == TASKS ? 1 : 0;
    }
    return exclusive;
  }

  /** The rounds in which each of two executors had one address for two workers. */
  private static int sharedRounds(List<HistoryEntry> rounds) {
    for (HistoryEntry round : rounds) {
      Map<String, Set<String>> held = held(round);
      assertThat(held).as("%s", devices(round)).hasSize(2);
      Set<String> different = new HashSet<>();
      held.values().forEach(different::addAll);
      assertThat(different).as("%s", devices(round)).hasSize(2);
      assertThat(devices(round)).hasSize(TASKS);
    }
    return rounds.size();
  }

  private static Map<String, String> devices(HistoryEntry round) {
    return round.devices().orElse(Map.of());
  }

  /** Executor → addresses that its tasks held in a round. */
  private static Map<String, Set<String>> held(HistoryEntry round) {
    assertThat(devices(round)).as("round %d", round.round()).hasSize(TASKS);
    Map<String, Set<String>> held = new TreeMap<>();
    for (String device : devices(round).values()) {
      Matcher matcher = HELD.matcher(device);
      assertThat(matcher.matches()).as(device).isTrue();
      held.computeIfAbsent(matcher.group(2), executor -> new TreeSet<>()).add(matcher.group(1));
    }
    return held;
  }

  private static Set<String> executors(List<HistoryEntry> rounds) {
    Set<String> executors = new TreeSet<>();
    rounds.forEach(round -> executors.addAll(held(round).keySet()));
    return executors;
  }

  private static int firstWithReplacement(List<HistoryEntry> rounds) {
    for (int i = 0; i < rounds.size(); i++) {
      if (executors(rounds.subList(0, i + 1)).size() == 3) {
        return i;
      }
    }
    return rounds.size();
  }
}
