package dev.strata.it.support;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One command through Strata's main method, in this JVM and over its running Spark session.
 *
 * @param code exit code; {@link #HANGS} for a command that did not end in time
 * @param said standard output and standard error; the stacks of all threads of one that hangs
 * @param took from start to end
 */
public record InProcess(int code, String said, Duration took) {
  public static final int HANGS = -1;

  public static InProcess run(Duration limit, String... arguments) {
    return of(limit, String.join(" ", arguments), () -> code(arguments));
  }

  /**
   * Something else that takes a command's place.
   *
   * @param command returns the exit code
   */
  public static InProcess of(Duration limit, String name, Callable<Integer> command) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
    FutureTask<Integer> task = new FutureTask<>(command);
    Thread thread = new Thread(task, "strata " + name);
    thread.setDaemon(true);
    System.setOut(both);
    System.setErr(both);
    long begun = System.nanoTime();
    try {
      thread.start();
      int code = task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new InProcess(code, said.toString(StandardCharsets.UTF_8), since(begun));
    } catch (TimeoutException e) {
      String stacks = stacks();
      thread.interrupt();
      return new InProcess(HANGS, stacks, since(begun));
    } catch (ExecutionException e) {
      throw new AssertionError("thrown by " + name, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** The last lines, for messages. */
  public String tail() {
    return said.substring(Math.max(0, said.length() - 3000));
  }

  private static int code(String... arguments) {
    return StrataCommand.code(arguments);
  }

  private static String stacks() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
      text.append(thread.getKey().getName()).append('\n');
      for (StackTraceElement element : thread.getValue()) {
        text.append("    ").append(element).append('\n');
      }
    }
    return text.toString();
  }
}
