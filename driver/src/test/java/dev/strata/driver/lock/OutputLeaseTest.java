package dev.strata.driver.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.driver.testing.LogLines;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLeaseTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path output;

  private final Configuration configuration = new Configuration();

  @Test
  void aLiveRunIsNotDisturbed() {
    try (OutputLock first = acquire("first")) {
      assertThatThrownBy(() -> acquire("second"))
          .isInstanceOfSatisfying(
              StrataException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
                assertThat(e.file()).contains(output.toString());
                assertThat(e.found().orElseThrow())
                    .contains("run first")
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("since 20");
                assertThat(e.expected().orElseThrow()).contains("another output.dir");
              });
      first.ensureHeld();
    }
  }

  @Test
  void aReleasedLeaseIsFreeAtOnce() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (OutputLock lock = acquire("run-" + i)) {
        lock.ensureHeld();
      }
    }
    // numbers never return, and old ones do not pile up
    assertThat(files()).containsExactly("claim-000003.json", "claim-000003.released");
  }

  @Test
  void closingTwiceReleasesOnce() {
    OutputLock first = acquire("first");
    first.close();
    try (OutputLock second = acquire("second")) {
      first.close();
      second.ensureHeld();
      assertThatThrownBy(() -> acquire("third")).isInstanceOf(StrataException.class);
    }
  }

  @Test
  void anEndedProcessOfThisHostIsTakenOverAtOnce() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    LockHolder here = LockHolder.thisProcess("crashed", HOUR);
    claimed(
        1,
        new LockHolder(
            "crashed", "u", here.host(), here.processes(), ended.pid(), 0, "then", 3_600_000));

    assertHeld(acquire("next"));
  }

  @Test
  void anotherProcessWithTheSameNumberIsNotTakenForTheHolder() throws IOException {
    LockHolder here = LockHolder.thisProcess("crashed", HOUR);
    long earlier = here.processStart() - 60_000;
    claimed(
        1,
        new LockHolder(
            "crashed",
            "u",
            here.host(),
            here.processes(),
            here.process(),
            earlier,
            "then",
            3_600_000));

    assertHeld(acquire("next"));
  }

  @Test
  void aRunOfAnotherHostIsTakenForDeadOnlyAfterItsTimeout() throws IOException {
    claimed(
        1, new LockHolder("remote", "u", "elsewhere", "elsewhere boot 1", 1, 0, "then", 3_600_000));
    setAge("claim-000001.json", Duration.ofMinutes(59));
    assertThatThrownBy(() -> acquire("impatient", Duration.ofSeconds(1)))
        .as("the holder's own timeout counts where it is longer")
        .hasMessageContaining("u@elsewhere");

    setAge("claim-000001.json", Duration.ofMinutes(61));
    assertThatThrownBy(() -> acquire("patient", Duration.ofHours(2)))
        .hasMessageContaining("last seen 36");
    assertHeld(acquire("next", HOUR));
  }

  @Test
  void aRenewedClaimIsAlive() throws IOException {
    claimed(
        1, new LockHolder("remote", "u", "elsewhere", "elsewhere boot 1", 1, 0, "then", 3_600_000));
    setAge("claim-000001.json", Duration.ofHours(5));
    Files.writeString(folder().resolve("claim-000001.beat"), "17");

    assertThatThrownBy(() -> acquire("next")).isInstanceOf(StrataException.class);
  }

  @Test
  void aClaimThatIsJustBeingWrittenIsAlive() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("claim-000001.json"), "{\"runId\":");

    assertThatThrownBy(() -> acquire("next"))
        .hasMessageContaining("a lock whose owner cannot be read");
    setAge("claim-000001.json", Duration.ofHours(2));
    assertHeld(acquire("next"));
  }

  @Test
  void aHolderThatWasTakenForDeadLearnsIt() throws IOException {
    ClaimedLock hung = (ClaimedLock) acquire("hung");
    hung.stopRenewing();
    setAge("claim-000001.json", Duration.ofHours(2));
    try (OutputLock next = acquire("next")) {
      next.ensureHeld();
      assertThatThrownBy(hung::ensureHeld)
          .isInstanceOfSatisfying(
              StrataException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
                assertThat(e.found().orElseThrow()).contains("run next");
              });
      hung.close();
      next.ensureHeld();
      assertThatThrownBy(() -> acquire("third")).hasMessageContaining("run next");
    }
  }

  @Test
  void aRemovedFolderIsALostLease() throws IOException {
    try (OutputLock lock = acquire("run")) {
      for (String file : files()) {
        Files.delete(folder().resolve(file));
      }
      Files.delete(folder());
      assertThatThrownBy(lock::ensureHeld).hasMessageContaining("it was deleted");
    }
    assertThat(folder()).doesNotExist();
  }

  @Test
  void theLeaseIsRenewedInTheBackground() throws Exception {
    CountDownLatch beats = new CountDownLatch(3);
    ClaimPort port = new CountingClaims(new LocalClaims(folder()), beats);
    LockHolder self = LockHolder.thisProcess("run", Duration.ofMillis(200));
    try (OutputLock lock =
        ClaimedLock.acquire(
            port, new org.apache.hadoop.fs.Path(output.toUri()), Duration.ofMillis(200), self)) {
      assertThat(beats.await(30, TimeUnit.SECONDS)).isTrue();
      lock.ensureHeld();
    }
    assertThat(files()).containsExactly("claim-000001.json", "claim-000001.released");
  }

  @Test
  void aFailedRenewalLeavesItsReasonInTheLog() throws Exception {
    CountDownLatch beats = new CountDownLatch(3);
    ClaimPort port = new CountingClaims(new LocalClaims(folder()), beats);
    LockHolder self = LockHolder.thisProcess("run", Duration.ofMillis(200));
    try (LogLines log = LogLines.of(ClaimedLock.class);
        OutputLock lock =
            ClaimedLock.acquire(
                port,
                new org.apache.hadoop.fs.Path(output.toUri()),
                Duration.ofMillis(200),
                self)) {
      assertThat(beats.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(log.all()).as("while all is well").isEmpty();
      assertThat(lock.ageSeconds()).isBetween(0.0, 30.0);
      Path away = output.resolve("away");
      Files.move(folder(), away);
      Files.writeString(folder(), "a file where the folder was");
      while (log.thrown().size() < 2) {
        Thread.sleep(20);
      }
      assertThat(log.all().get(0)).startsWith("WARN Renewing lock 1 of file:" + output);
      assertThat(log.thrown().get(0)).isInstanceOf(IOException.class);
      Files.delete(folder());
      Files.move(away, folder());
      lock.ensureHeld();
    }
  }

  @Test
  void storesWithoutExclusiveCreationAreRefusedByName() {
    FlakyFileSystem.configure(configuration);
    assertThatThrownBy(() -> OutputLock.acquire(configuration, "flaky://" + output, HOUR, "run"))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("output.lease");
              assertThat(e).hasMessageContaining("output.lease = none");
            });
    assertThatCode(() -> OutputLock.none().ensureHeld()).doesNotThrowAnyException();
  }

  private OutputLock acquire(String runId) {
    return acquire(runId, HOUR);
  }

  private OutputLock acquire(String runId, Duration timeout) {
    return OutputLock.acquire(configuration, output.toString(), timeout, runId);
  }

  private static void assertHeld(OutputLock lock) {
    try (lock) {
      lock.ensureHeld();
    }
  }

  private Path folder() {
    return output.resolve(OutputLock.FOLDER);
  }

  private void claimed(long number, LockHolder holder) throws IOException {
    assertThat(new LockClaims(new LocalClaims(folder())).claim(number, holder)).isTrue();
    assertThat(
            Json.read(
                Files.readString(folder().resolve("claim-000001.json")), LockHolder.class, "claim"))
        .isEqualTo(holder);
  }

  private void setAge(String file, Duration age) throws IOException {
    Files.setLastModifiedTime(folder().resolve(file), FileTime.from(Instant.now().minus(age)));
  }

  private java.util.List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
