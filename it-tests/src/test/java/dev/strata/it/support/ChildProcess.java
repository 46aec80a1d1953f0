package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A process of a test: its output goes to a file, its end is waited for, and it never outlives the
 * test.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int TAIL_CHARACTERS = 6000;
  private static final long POLL_MILLISECONDS = 25;

  /**
   * For Java processes that live for seconds: half of their processor time would go into optimising
   * code that is about to end, and a sixth into verifying what the compiler has written.
   */
  static final String SHORT_LIVED =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
          + " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote";

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /**
   * @param log takes standard output and standard error
   */
  public static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path folder, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("JAVA_TOOL_OPTIONS", SHORT_LIVED + ClassArchive.use());
    builder.environment().putAll(environment);
    builder.redirectOutput(log.toFile());
    try {
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end; a process that takes longer fails the test with its last lines. */
  public int exitCode(Duration limit) {
    if (!waitFor(limit.toMillis())) {
      kill();
      throw new AssertionError(name + " did not end within " + limit.toSeconds() + " s\n" + tail());
    }
    return process.exitValue();
  }

  /** Waits for something that this process does; its early end, or the limit, fails the test. */
  public void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      boolean ended = waitFor(POLL_MILLISECONDS);
      if (ended && !condition.getAsBoolean()) {
        throw new AssertionError(
            name + " ended with code " + process.exitValue() + " before: " + what + "\n" + tail());
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(name + " took too long until: " + what + "\n" + tail());
      }
    }
  }

  /** As {@code kill -9}. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    waitFor(TimeUnit.SECONDS.toMillis(10));
  }

  /** Descendants whose command line contains a text. */
  public List<ProcessHandle> descendants(String text) {
    return process
        .descendants()
        .filter(child -> commandLine(child).contains(text))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String output() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of the output, for messages. */
  public String tail() {
    String output = output();
    return "--- "
        + name
        + ", "
        + log
        + "\n"
        + output.substring(Math.max(0, output.length() - TAIL_CHARACTERS));
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  private boolean waitFor(long milliseconds) {
    try {
      return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + name, e);
    }
  }

  /** From /proc where there is one: Java's own answer cuts off long command lines. */
  private static String commandLine(ProcessHandle handle) {
    try {
      Path file = Path.of("/proc", Long.toString(handle.pid()), "cmdline");
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException e) {
      return handle.info().commandLine().orElse("");
    }
  }
}
