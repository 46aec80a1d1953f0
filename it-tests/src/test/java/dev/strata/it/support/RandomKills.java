package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs a command on a cluster while executors are killed at random moments (every few seconds) and
 * drivers in between, each killed driver's command repeated.
 *
 * <p>The first kills hit whatever the run does; each later one waits for a few rounds since the one
 * before, so that a slow machine sees the same run.
 */
public final class RandomKills {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int BLIND = 4;
  private static final int MOST_ROUNDS = 4;
  private static final int BLIND_MILLISECONDS = 2500;
  private static final int MOST_MILLISECONDS = 300;

  /** Without a round for this long, an executor is killed nevertheless. */
  private static final long STUCK_NANOS = Duration.ofSeconds(60).toNanos();

  private final StandaloneCluster cluster;
  private final Outputs outputs;
  private final Random random;
  private final int wantedExecutors;
  private final int wantedDrivers;
  private final Set<Long> killed = new HashSet<>();
  private int executors;
  private int drivers;
  private long nanos;

  /**
   * @param outputs of the run, on the local disk
   */
  public RandomKills(
      StandaloneCluster cluster, Outputs outputs, long seed, int executors, int drivers) {
    this.cluster = cluster;
    this.outputs = outputs;
    this.random = new Random(seed);
    this.wantedExecutors = executors;
    this.wantedDrivers = drivers;
  }

  /** Fails unless the last attempt ends with code 0, after all kills; returns what it said. */
  public String run(StrataCommand command) {
    long begun = System.nanoTime();
    ChildProcess run = command.start();
    try {
      while (executors < wantedExecutors || drivers < wantedDrivers) {
        if (driverIsDue()) {
          waitForRounds(run);
          requireRunning(run);
          run.kill();
          drivers++;
          run = command.start();
        } else {
          killExecutor(run);
        }
      }
      requireRunning(run);
      int code = run.exitCode(LIMIT);
      if (code != 0) {
        throw new AssertionError("exit code " + code + after() + "\n" + run.tail());
      }
      nanos = System.nanoTime() - begun;
      return run.output();
    } finally {
      run.close();
    }
  }

  /** From the first attempt to the end. */
  public long seconds() {
    return Duration.ofNanos(nanos).toSeconds();
  }

  /** Drivers die in between, once there is something to resume from. */
  private boolean driverIsDue() {
    return drivers < wantedDrivers
        && executors >= (drivers + 1) * wantedExecutors / (wantedDrivers + 1)
        && rounds() >= 12;
  }

  private void killExecutor(ChildProcess run) {
    boolean blind = executors < BLIND;
    if (!blind) {
      waitForRounds(run);
    }
    Pause.milliseconds(random.nextInt(blind ? BLIND_MILLISECONDS : MOST_MILLISECONDS));
    List<ProcessHandle> running = running();
    while (running.isEmpty()) {
      requireRunning(run);
      Pause.milliseconds(50);
      running = running();
    }
    ProcessHandle executor = running.get(random.nextInt(running.size()));
    executor.destroyForcibly();
    killed.add(executor.pid());
    executors++;
  }

  /** Executors that have not been killed yet. */
  private List<ProcessHandle> running() {
    return cluster.executors().stream().filter(e -> !killed.contains(e.pid())).toList();
  }

  private void waitForRounds(ChildProcess run) {
    long before = rounds();
    int wanted = 1 + random.nextInt(MOST_ROUNDS);
    long end = System.nanoTime() + STUCK_NANOS;
    while (run.isAlive() && rounds() - before < wanted && System.nanoTime() < end) {
      Pause.milliseconds(20);
      // A resumed run leaves out the rounds after its checkpoint.
      before = Math.min(before, rounds());
    }
  }

  private void requireRunning(ChildProcess run) {
    if (!run.isAlive()) {
      throw new AssertionError("the run ended" + after() + "\n" + run.tail());
    }
  }

  private String after() {
    return " after %d of %d executors and %d of %d drivers, %d rounds"
        .formatted(executors, wantedExecutors, drivers, wantedDrivers, rounds());
  }

  /** Lines of the history. */
  private long rounds() {
    Path history = Path.of(outputs.run().historyFile().toUri().getPath());
    if (!Files.exists(history)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(history)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
