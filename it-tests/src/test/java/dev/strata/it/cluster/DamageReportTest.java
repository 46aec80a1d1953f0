package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.damage.Mutation;
import dev.strata.it.support.InProcess;
import java.time.Duration;
import java.util.Collections;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The judge of {@link HdfsDamageIT} accepts what it must accept, and nothing else. */
class DamageReportTest {
  private static final String FILE = "checkpoints/round-6/parameters.bin";
  private static final String REFUSAL = "strata train: damaged (file: hdfs://h/x/parameters.bin)";

  @Test
  void accepted() {
    assertAccepted("right result", changed(FILE), 0, "", () -> DamageReport.RIGHT);
    assertAccepted("refused, file named", changed(FILE), 3, REFUSAL, DamageReportTest::none);
    assertAccepted(
        "fallback, right result, reported",
        changed(FILE),
        0,
        "Checkpoint of round 6 is damaged; parameters.bin",
        () -> DamageReport.FALLBACK);
    assertAccepted(
        "fallback, right result, manifest deleted: an unfinished write",
        deleted("checkpoints/round-6/manifest.json"),
        0,
        "",
        () -> DamageReport.FALLBACK);
    assertAccepted(
        "refused, run.json deleted: another run's folder",
        deleted("run.json"),
        2,
        "found: files of a run, but no run.json; expected: an empty folder, or --overwrite",
        DamageReportTest::none);
  }

  @Test
  void faults() {
    assertFault("WRONG MODEL", changed(FILE), 0, "", () -> "WRONG MODEL 12ab");
    assertFault("NO RESULT", changed(FILE), 0, "", DamageReportTest::none);
    assertFault("SILENT FALLBACK", changed(FILE), 0, "", () -> DamageReport.FALLBACK);
    assertFault("SILENT FALLBACK", deleted(FILE), 0, "", () -> DamageReport.FALLBACK);
    assertFault("CODE 1", changed(FILE), 1, REFUSAL, DamageReportTest::none);
    assertFault("CODE 2", changed(FILE), 2, REFUSAL, DamageReportTest::none);
    assertFault("CODE 2", changed("run.json"), 2, "run.json", DamageReportTest::none);
    assertFault("CODE 5", changed(FILE), 5, REFUSAL, DamageReportTest::none);
    assertFault(
        "REFUSED WITHOUT THE FILE", changed(FILE), 3, "it is damaged", DamageReportTest::none);
    assertFault(
        "REFUSED WITHOUT THE FILE", deleted("run.json"), 2, "no such run", DamageReportTest::none);
    assertFault(
        "STACK TRACE",
        changed(FILE),
        3,
        REFUSAL + "\n\tat dev.strata.jobs.Strata.main(Strata.java:5)",
        DamageReportTest::none);
    assertFault(
        "OUT OF MEMORY",
        changed(FILE),
        0,
        "java.lang.OutOfMemoryError: Java heap space",
        () -> DamageReport.RIGHT);
    assertFault("HANGS", changed(FILE), InProcess.HANGS, "", DamageReportTest::none);
  }

  @Test
  void aCommandThatDoesNotEndHangs() {
    InProcess run =
        InProcess.of(
            Duration.ofMillis(50),
            "endless",
            () -> {
              Thread.sleep(60_000);
              return 0;
            });

    assertThat(run.code()).isEqualTo(InProcess.HANGS);
    assertThat(run.said()).contains("strata endless", "Thread.sleep");
    assertThat(run.took()).isBetween(Duration.ofMillis(50), Duration.ofSeconds(50));
  }

  private static void assertAccepted(
      String outcome, Mutation mutation, int code, String said, Supplier<String> result) {
    DamageReport report = judged(mutation, code, said, result);
    assertThat(report.faults()).isEmpty();
    assertThat(report.outcomes()).containsOnlyKeys(outcome);
  }

  private static void assertFault(
      String outcome, Mutation mutation, int code, String said, Supplier<String> result) {
    DamageReport report = judged(mutation, code, said, result);
    assertThat(report.faults()).singleElement().asString().contains(outcome);
  }

  private static DamageReport judged(
      Mutation mutation, int code, String said, Supplier<String> result) {
    DamageReport report = new DamageReport("train", 1);
    report.add(mutation, new InProcess(code, said, Duration.ofSeconds(1)), result);
    return report;
  }

  private static Mutation changed(String file) {
    return new Mutation("bit flip", file, Collections.singletonMap(file, new byte[1]));
  }

  private static Mutation deleted(String file) {
    return new Mutation("deleted", file, Collections.singletonMap(file, null));
  }

  private static String none() {
    throw new AssertionError("no result.json");
  }
}
