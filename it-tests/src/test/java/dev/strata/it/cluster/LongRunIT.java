package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Pause;
import dev.strata.it.support.Project;
import dev.strata.it.support.PrometheusPage;
import dev.strata.it.support.RunProbes;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 5,000 rounds of a small network on a real cluster, watched from outside: what the JVMs hold, and
 * what the driver shows to Prometheus.
 */
class LongRunIT {
  private static final Duration LIMIT = Duration.ofMinutes(40);
  private static final int ROUNDS = Integer.getInteger("strata.rounds", 5000);

  /** Spark keeps the last 1,000 jobs for its user interface; their memory is there from then on. */
  private static final int WARM_UP = ROUNDS / 5;

  /** An executor's heap goes up and down every 700 rounds: a quarter needs samples of all of it. */
  private static final int SAMPLE_EVERY = ROUNDS / 60;

  private static final double TOLERANCE = 0.05;

  /** Rounds of an epoch: 50 minibatches of each worker, one a round. */
  private static final int ROUNDS_PER_EPOCH = 50;

  private static final int CHECKPOINT_EVERY = 250;
  private static final String METRIC = "metrics_strata_driver_strata_%s_Value";

  @TempDir static Path folder;

  private static Path output;
  private static final List<Map<String, Double>> PAGES = new ArrayList<>();
  private static final Map<Long, Map<String, Long>> SAMPLES = new TreeMap<>();

  @BeforeAll
  static void run() throws IOException {
    output = folder.resolve("out");
    Path local = Files.createDirectories(folder.resolve("local"));
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    int port = freePort();
    PrometheusPage page = new PrometheusPage(port);
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 2);
        ChildProcess run =
            StrataCommand.train(folder, output.toString())
                .set("training.epochs", (ROUNDS + ROUNDS_PER_EPOCH - 1) / ROUNDS_PER_EPOCH)
                .set("averaging.every", 1)
                .set("training.validation-every", ROUNDS / 10)
                .set("checkpoint.every-rounds", CHECKPOINT_EVERY)
                .set("checkpoint.every", "0s")
                .spark("--properties-file", Project.file("conf/spark-metrics.conf").toString())
                .spark("--master", cluster.url(), "--executor-memory", "1g")
                .spark("--conf", "spark.ui.enabled=true", "--conf", "spark.ui.port=" + port)
                .spark("--conf", "spark.local.dir=" + local)
                .spark("--driver-java-options", "-Djava.io.tmpdir=" + temporary)
                .spark("--conf", "spark.executor.extraJavaOptions=-Djava.io.tmpdir=" + temporary)
                .start()) {
      run.await("the first round", LIMIT, () -> round(page) > 0);
      try (RunProbes probes =
          RunProbes.attach(output.toString(), cluster, folder, List.of(local, temporary))) {
        assertThat(probes.processes()).containsExactly("driver", "executor 1", "executor 2");
        assertThat(probes.temporary()).hasSizeGreaterThanOrEqualTo(4).allMatch(Files::isDirectory);
        run.await("the end of the last round", LIMIT, () -> watched(run, page, probes));
      }
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
  }

  /** Scrapes, measures where it is time; whether no round is left to see. */
  private static boolean watched(ChildProcess run, PrometheusPage page, RunProbes probes) {
    // A page takes the driver some milliseconds: Prometheus asks seldom.
    Pause.milliseconds(1000);
    Map<String, Double> first = page.scrape().orElse(Map.of());
    Map<String, Double> second = page.scrape().orElse(Map.of());
    if (first.isEmpty() || second.isEmpty()) {
      return !run.isAlive();
    }
    if (positions(first).equals(positions(second))) {
      PAGES.add(second);
    }
    long round = round(second);
    long last = SAMPLES.keySet().stream().reduce(0L, Math::max);
    if (round / SAMPLE_EVERY > last / SAMPLE_EVERY) {
      SAMPLES.put(round, probes.measure());
    }
    return round >= ROUNDS;
  }

  /**
   * What belongs to one round. Spark reads one gauge after the other, so that a page may hold parts
   * of two rounds; one that equals the page before it holds one round's only.
   */
  private static Map<String, Double> positions(Map<String, Double> page) {
    return page.entrySet().stream()
        .filter(entry -> entry.getKey().contains("_driver_strata_"))
        .filter(entry -> !entry.getKey().contains("age"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static long round(PrometheusPage page) {
    return page.scrape().map(LongRunIT::round).orElse(0L);
  }

  private static long round(Map<String, Double> page) {
    return page.getOrDefault(METRIC.formatted("round"), 0.0).longValue();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void keepsTheSamples() throws IOException {
    Path kept = Files.createDirectories(Path.of("target", "long-run"));
    Files.writeString(kept.resolve("samples.txt"), table());
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    for (String what : names()) {
      text.append(what);
      SAMPLES.forEach(
          (round, sample) -> text.append(' ').append(round).append('=').append(sample.get(what)));
      text.append('\n');
    }
    return text.toString();
  }

  private static Set<String> names() {
    return SAMPLES.values().stream()
        .flatMap(sample -> sample.keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void nothingGrowsWithTheRounds() {
    assertThat(SAMPLES).hasSizeGreaterThan(20);
    int quarter = (ROUNDS - WARM_UP) / 4;
    StringBuilder report = new StringBuilder();
    List<String> grown = new ArrayList<>();
    for (String what : names()) {
      long first = least(what, WARM_UP, WARM_UP + quarter);
      long last = least(what, ROUNDS - quarter, Long.MAX_VALUE);
      String line = "%s %s -> %s".formatted(what, size(first), size(last));
      report.append(report.isEmpty() ? "" : ", ").append(line);
      if (last - first > Math.max(TOLERANCE * first, (double) slack(what))) {
        grown.add(line);
      }
    }
    assertThat(grown).as(report + "\n" + table()).isEmpty();
    ScenarioTable.add(ROUNDS + " rounds take no more memory, files or disk", report.toString());
  }

  /**
   * The least of the samples: native memory and what waits for JavaCPP's deallocators are not all
   * free after one garbage collection, and a leak lifts the least one, too.
   */
  private static long least(String what, long from, long to) {
    return SAMPLES.entrySet().stream()
        .filter(entry -> entry.getKey() >= from && entry.getKey() < to)
        .mapToLong(entry -> entry.getValue().get(what))
        .min()
        .orElseThrow();
  }

  /**
   * Where there is next to nothing, five hundredths of it are less than a minibatch or a socket.
   */
  private static long slack(String what) {
    return what.endsWith("files") ? 3 : 256 << 10;
  }

  private static String size(long value) {
    return value < 10_000
        ? Long.toString(value)
        : value < 10_000_000
            ? "%.0f KiB".formatted(value / 1024.0)
            : "%.1f MiB".formatted(value / 1048576.0);
  }

  @Test
  void whatPrometheusScrapesAgreesWithTheHistory() {
    Map<Long, HistoryEntry> history =
        History.read(Outputs.of(output).run()).stream()
            .collect(Collectors.toMap(HistoryEntry::round, Function.identity()));
    Map<Long, Map<String, Double>> pages = new TreeMap<>();
    PAGES.stream().filter(page -> round(page) > 0).forEach(page -> pages.put(round(page), page));
    assertThat(pages).as("rounds whose page was read whole").hasSizeGreaterThan(20);
    pages.forEach((round, page) -> agrees(page, history.get(round), history));
    ScenarioTable.add(
        "metrics from the Prometheus endpoint equal history.jsonl",
        "%d pages, rounds %d to %d"
            .formatted(
                pages.size(),
                pages.keySet().iterator().next(),
                pages.keySet().stream().reduce(0L, Math::max)));
  }

  private static void agrees(
      Map<String, Double> page, HistoryEntry entry, Map<Long, HistoryEntry> history) {
    Map<String, Double> expected = new HashMap<>();
    expected.put("epoch", (double) entry.epoch());
    expected.put("epochs", (double) entry.epochs());
    expected.put("iteration", (double) entry.iteration());
    expected.put("examples", (double) entry.examples());
    expected.put("totalExamples", (double) entry.totalExamples());
    expected.put("loss", entry.loss());
    expected.put("examplesPerSecond", entry.examplesPerSecond());
    entry.seconds().forEach((part, seconds) -> expected.put("seconds_" + part, seconds));
    // the run began with this process
    expected.put("total_rounds", (double) entry.round());
    expected.put("total_examples", (double) entry.examples());
    expected.put("total_failedTasks", 0.0);
    expected.put("total_lostExecutors", 0.0);
    expected.put("phases", 1.0);
    history.values().stream()
        .filter(line -> line.round() <= entry.round() && line.validationLoss().isPresent())
        .reduce((a, b) -> a.round() > b.round() ? a : b)
        .ifPresent(
            line ->
                line.metrics()
                    .forEach(
                        (name, value) ->
                            expected.put("validation_" + name.replace('-', '_'), value)));
    expected.forEach(
        (name, value) ->
            assertThat(page)
                .as("round %d", entry.round())
                .containsEntry(METRIC.formatted(name), value));
    long saved = page.get(METRIC.formatted("checkpoint_round")).longValue();
    long due = entry.round() / CHECKPOINT_EVERY * CHECKPOINT_EVERY;
    assertThat(saved).isIn(due, due - CHECKPOINT_EVERY);
    double rounds = entry.round();
    double sent = page.get(METRIC.formatted("total_bytesSent"));
    double received = page.get(METRIC.formatted("total_bytesReceived"));
    // two workers' results, each as large as what the driver sent
    assertThat(sent / rounds).isGreaterThan(1000);
    assertThat(received).isCloseTo(2 * sent, within(0.05 * received));
  }

  @Test
  void theDashboardAsksForMetricsThatAreThere() throws IOException {
    String dashboard = Files.readString(Project.file("deploy/grafana/strata.json"));
    Map<String, Double> page = PAGES.get(PAGES.size() - 1);
    List<String> asked =
        Pattern.compile("metrics_\\$\\{namespace}(\\w+)")
            .matcher(dashboard)
            .results()
            .map(match -> "metrics_strata" + match.group(1))
            .distinct()
            .toList();
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(page).containsKeys(asked.toArray(String[]::new));
  }

  @Test
  void theStateOfSuchARunIsReadAtOnce() {
    long begun = System.nanoTime();
    String said =
        StrataCommand.in(folder, "status", "--output", output.toString(), "--json").run(0);
    double seconds = (System.nanoTime() - begun) / 1e9;
    assertThat(said).contains("\"state\" : \"finished\"");
    assertThat(seconds).isLessThan(30);
    ScenarioTable.add(
        "status of a run of " + ROUNDS + " rounds", "%.1f s, with the JVM".formatted(seconds));
  }
}
