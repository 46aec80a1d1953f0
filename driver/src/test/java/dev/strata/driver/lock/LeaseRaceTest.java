package dev.strata.driver.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.lock.LeaseRacer.Remote;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many ask at once; one gets it. */
class LeaseRaceTest {
  private static final int RACERS = 8;
  private static final int RACES = 100;

  @TempDir Path temporary;

  private final Configuration configuration = new Configuration();

  @Test
  void oneThreadWinsAFreshFolder() throws Exception {
    for (int race = 0; race < RACES; race++) {
      assertOneWins(temporary.resolve("fresh-" + race));
    }
  }

  @Test
  void oneThreadWinsAfterARelease() throws Exception {
    Path output = temporary.resolve("released");
    for (int race = 0; race < RACES; race++) {
      assertOneWins(output);
    }
  }

  @Test
  void oneThreadTakesOverFromADeadHolder() throws Exception {
    LockHolder here = LockHolder.thisProcess("dead", Duration.ofHours(1));
    for (int race = 0; race < RACES; race++) {
      Path output = temporary.resolve("dead-" + race);
      LockHolder dead =
          new LockHolder(
              "dead", "u", here.host(), here.processes(), here.process(), 1, "then", 3_600_000);
      new LockClaims(new LocalClaims(output.resolve(OutputLock.FOLDER))).claim(race + 1, dead);
      assertOneWins(output);
    }
  }

  @Test
  void oneProcessWinsAndItsDeathFreesTheLeaseAtOnce() throws Exception {
    Path output = temporary.resolve("processes");
    List<Remote> racers = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        racers.add(new Remote(output, "process-" + i));
      }
      for (Remote racer : racers) {
        assertThat(racer.line()).isEqualTo("READY");
      }
      for (Remote racer : racers) {
        racer.go();
      }
      Remote winner = null;
      for (Remote racer : racers) {
        String line = racer.line();
        if (line.equals("HELD")) {
          assertThat(winner).as("a second winner").isNull();
          winner = racer;
        } else {
          assertThat(line).startsWith("REFUSED another run is writing to this output folder");
        }
      }
      assertThat(winner).isNotNull();
      assertThat(refusal(output)).contains("process-" + racers.indexOf(winner));
      winner.kill();
      try (OutputLock taken = acquire(output, "next")) {
        taken.ensureHeld();
      }
    } finally {
      racers.forEach(Remote::close);
    }
  }

  private String refusal(Path output) throws IOException {
    try (OutputLock lock = acquire(output, "refused")) {
      return "held by " + lock;
    } catch (StrataException e) {
      return e.getMessage();
    }
  }

  private void assertOneWins(Path output) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    ExecutorService threads = Executors.newFixedThreadPool(RACERS);
    try {
      List<Future<OutputLock>> asked = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        String name = "racer-" + i;
        Callable<OutputLock> ask =
            () -> {
              start.await();
              try {
                return acquire(output, name);
              } catch (StrataException e) {
                assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
                assertThat(e).hasMessageContaining("another run is writing");
                return null;
              }
            };
        asked.add(threads.submit(ask));
      }
      List<OutputLock> won = new ArrayList<>();
      for (Future<OutputLock> one : asked) {
        OutputLock lock = one.get();
        if (lock != null) {
          won.add(lock);
        }
      }
      assertThat(won).hasSize(1);
      won.get(0).ensureHeld();
      won.get(0).close();
    } finally {
      threads.shutdownNow();
    }
  }

  private OutputLock acquire(Path output, String runId) {
    return OutputLock.acquire(configuration, output.toString(), Duration.ofHours(1), runId);
  }
}
