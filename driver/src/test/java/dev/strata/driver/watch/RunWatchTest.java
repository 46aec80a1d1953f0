package dev.strata.driver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.strata.driver.averaging.RoundTraffic;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.sink.PrometheusServlet;
import org.apache.spark.metrics.source.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import scala.collection.JavaConverters;

class RunWatchTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private final AtomicLong nanos = new AtomicLong(1);
  private final RunWatch watch = RunWatch.of("train", "run-7", () -> 3, nanos::get);
  private final LogLines lines = LogLines.of(RunWatch.class);

  @AfterEach
  void close() {
    watch.close();
    lines.close();
  }

  private static SparkContext spark() {
    return LocalSpark.session().sparkContext();
  }

  static HistoryEntry entry(long round, double loss, Map<String, Double> validation) {
    return HistoryEntryBuilder.builder()
        .runId("run-7")
        .phase("layer-1")
        .epoch(2)
        .round(round)
        .iteration(3 * round)
        .examples(100 * round)
        .loss(loss)
        .metrics(validation)
        .examplesPerSecond(1234.5)
        .seconds(Map.of("job", 0.25, "train", 0.125))
        .time("2026-11-28T10:00:00Z")
        .epochs(10)
        .totalExamples(100_000)
        .layer(Optional.of("hidden"))
        .validationLoss(Optional.ofNullable(validation.get("loss")))
        .build();
  }

  private static List<Source> shown() {
    return JavaConverters.seqAsJavaListConverter(
            SparkEnv.get().metricsSystem().getSourcesByName("strata"))
        .asJava();
  }

  private static Object value(String name) {
    Gauge<?> gauge = (Gauge<?>) shown().get(0).metricRegistry().getMetrics().get(name);
    return gauge.getValue();
  }

  @Test
  void metricsAreThoseOfTheNewestRound() {
    assertThat(shown()).isEmpty();
    watch.phase(spark(), "layer-1", Optional.of("hidden"), 0);
    assertThat(shown()).hasSize(1);
    assertThat(value("loss")).isEqualTo(Double.NaN);
    assertThat(value("checkpoint.ageSeconds")).isEqualTo(Double.NaN);

    watch.round(entry(1, 0.75, Map.of("loss", 0.5)), 100, new RoundTraffic(10, 20, 1));
    watch.checkpoint(1, 0.5, 4000);
    nanos.addAndGet(Duration.ofSeconds(8).toNanos());
    watch.round(entry(2, 0.5, Map.of()), 60, new RoundTraffic(10, 20, 0));

    assertThat(value("round")).isEqualTo(2L);
    assertThat(value("epoch")).isEqualTo(2L);
    assertThat(value("epochs")).isEqualTo(10L);
    assertThat(value("iteration")).isEqualTo(6L);
    assertThat(value("examples")).isEqualTo(200L);
    assertThat(value("totalExamples")).isEqualTo(100_000L);
    assertThat(value("loss")).isEqualTo(0.5);
    assertThat(value("examplesPerSecond")).isEqualTo(1234.5);
    assertThat(value("validation.loss")).as("of the last validation").isEqualTo(0.5);
    assertThat(value("seconds.job")).isEqualTo(0.25);
    assertThat(value("seconds.validation")).isEqualTo(0.0);
    assertThat(value("total.seconds.train")).isEqualTo(0.25);
    assertThat(value("total.rounds")).isEqualTo(2L);
    assertThat(value("total.examples")).isEqualTo(160L);
    assertThat(value("total.bytesSent")).isEqualTo(20L);
    assertThat(value("total.bytesReceived")).isEqualTo(40L);
    assertThat(value("total.repeatedTasks")).isEqualTo(1L);
    assertThat(value("total.checkpoints")).isEqualTo(1L);
    assertThat(value("checkpoint.round")).isEqualTo(1L);
    assertThat(value("checkpoint.bytes")).isEqualTo(4000L);
    assertThat(value("checkpoint.seconds")).isEqualTo(0.5);
    assertThat(value("checkpoint.ageSeconds")).isEqualTo(8.0);
    assertThat(value("lock.ageSeconds")).isEqualTo(3.0);
    assertThat(List.of(value("job"), value("runId"), value("phase"), value("layer")))
        .containsExactly("train", "run-7", "layer-1", "hidden");
    watch.close();
    assertThat(shown()).isEmpty();
  }

  @Test
  void aSecondPhaseStartsItsRoundsAgainAndKeepsTheTotals() {
    watch.phase(spark(), "layer-1", Optional.empty(), 0);
    watch.round(entry(9, 0.5, Map.of("loss", 0.5)), 100, RoundTraffic.NONE);
    watch.checkpoint(9, 1, 1);
    watch.phase(spark(), "layer-2", Optional.empty(), 0);
    assertThat(shown()).hasSize(1);
    assertThat(value("phases")).isEqualTo(2L);
    assertThat(value("round")).isEqualTo(0L);
    assertThat(value("validation.loss")).isEqualTo(Double.NaN);
    assertThat(value("checkpoint.ageSeconds")).isEqualTo(Double.NaN);
    assertThat(value("total.rounds")).isEqualTo(1L);
    assertThat(value("total.checkpoints")).isEqualTo(1L);
  }

  @Test
  void ofTwoRunsAtOnceTheFirstIsShown() {
    watch.phase(spark(), "a", Optional.empty(), 0);
    try (RunWatch other = RunWatch.of("train", "run-8", () -> 0)) {
      other.phase(spark(), "b", Optional.empty(), 0);
      assertThat(shown()).hasSize(1);
      assertThat(value("runId")).isEqualTo("run-7");
    }
    assertThat(shown()).as("after the other's end").hasSize(1);
  }

  @Test
  void failedTasksAreCounted() throws TimeoutException {
    watch.phase(spark(), "a", Optional.empty(), 0);
    try {
      SparkTasks.run(
          JavaSparkContext.fromSparkContext(spark()),
          1,
          slot -> {
            throw new IllegalStateException("a failed task");
          });
    } catch (Exception e) {
      assertThat(e).hasMessageContaining("a failed task");
    }
    spark().listenerBus().waitUntilEmpty();
    assertThat(value("total.failedTasks")).isEqualTo(1L);
    assertThat(value("total.lostExecutors")).isEqualTo(0L);
  }

  @Test
  void runPhaseAndRoundMarkTheLogOfDriverAndTasks() {
    watch.phase(spark(), "layer-1", Optional.empty(), 4);
    watch.beginsRound(5);
    List<String> marks = List.of("mdc.strata.run", "mdc.strata.phase", "mdc.strata.round");
    assertThat(marks.stream().map(MDC::get)).containsExactly("run-7", "layer-1", "5");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(spark());
    assertThat(
            SparkTasks.run(
                spark, 1, slot -> MDC.get("mdc.strata.run") + " " + MDC.get("mdc.strata.round")))
        .containsExactly("run-7 5");
    watch.close();
    assertThat(marks.stream().map(MDC::get)).containsOnlyNulls();
    assertThat(SparkTasks.run(spark, 1, slot -> "" + MDC.get("mdc.strata.run")))
        .containsExactly("null");
  }

  @Test
  void aLineEveryFewSeconds() {
    watch.phase(spark(), "layer-1", Optional.of("hidden"), 0);
    for (int round = 1; round <= 100; round++) {
      watch.round(entry(round, 0.5, Map.of()), 100, RoundTraffic.NONE);
      nanos.addAndGet(Duration.ofMillis(200).toNanos());
    }
    watch.close();
    assertThat(lines.all())
        .containsExactly(
            "INFO Phase layer-1 (layer hidden) starts",
            "INFO Phase layer-1, round 1, epoch 3 of 10: loss 0.5000, 1235 examples/s",
            "INFO Phase layer-1, round 26, epoch 3 of 10: loss 0.5000, 1235 examples/s",
            "INFO Phase layer-1, round 51, epoch 3 of 10: loss 0.5000, 1235 examples/s",
            "INFO Phase layer-1, round 76, epoch 3 of 10: loss 0.5000, 1235 examples/s",
            "INFO Phase layer-1, round 100, epoch 3 of 10: loss 0.5000, 1235 examples/s");
  }

  private MetricRegistry exported() {
    watch.phase(spark(), "layer-1", Optional.empty(), 0);
    watch.round(entry(1, 0.5, Map.of("loss", 0.5)), 100, RoundTraffic.NONE);
    return shown().get(0).metricRegistry();
  }

  @Test
  void theDashboardAsksForMetricsThatAreExported() throws IOException {
    MetricRegistry all = new MetricRegistry();
    all.register("app.driver.strata", exported());
    String page = new PrometheusServlet(new Properties(), all).getMetricsSnapshot(null);
    String dashboard = Files.readString(PROJECT.resolve("deploy/grafana/strata.json"));
    List<String> asked =
        Pattern.compile("metrics_\\$\\{namespace}(_driver_strata_\\w+)")
            .matcher(dashboard)
            .results()
            .map(match -> "metrics_app" + match.group(1) + "{")
            .distinct()
            .toList();
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(asked).allSatisfy(name -> assertThat(page).contains("\n" + name));
  }

  @Test
  void theDocumentationListsThemAll() throws IOException {
    String text = Files.readString(PROJECT.resolve("docs/metrics.md"));
    String section = text.substring(text.indexOf("## Watching a run"));
    TreeSet<String> documented =
        Pattern.compile("(?m)^\\| `([^|]+)` \\|")
            .matcher(section.substring(0, section.indexOf("\n## ", 5)))
            .results()
            .flatMap(match -> List.of(match.group(1).split("`, `")).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> exported = new TreeSet<>(exported().getNames());
    exported.remove("validation.loss");
    exported.add("validation.METRIC");
    assertThat(documented).isEqualTo(exported);
  }
}
