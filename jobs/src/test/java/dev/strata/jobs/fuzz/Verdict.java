package dev.strata.jobs.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Judges what a command did with a damaged input: code 0 with right values, or code 2 or 3 with a
 * sentence that names the file; and in any case within its time.
 */
final class Verdict {
  /** Longer than this is a hang. */
  static final int SECONDS = 30;

  private static final Pattern STACK = Pattern.compile("(?m)^\\s+at [\\w.$/]+\\(");

  private Verdict() {}

  /** What is wrong with it; empty where nothing is. */
  static Optional<String> of(DamagedCase damaged, Callable<DamagedRun.Result> command) {
    FutureTask<DamagedRun.Result> task = new FutureTask<>(command);
    Thread thread = new Thread(task, "damaged-input");
    thread.setDaemon(true);
    thread.start();
    try {
      return of(damaged, task.get(SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      String dump = dump();
      thread.interrupt();
      return Optional.of("HANG of more than " + SECONDS + " s:\n" + dump);
    } catch (ExecutionException e) {
      return Optional.of("THROWN " + trace(e.getCause()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Optional<String> of(DamagedCase damaged, DamagedRun.Result result) {
    String err = result.err();
    if (STACK.matcher(err).find()) {
      return Optional.of("STACK TRACE, code " + result.code() + ": " + err);
    }
    if (result.code() == 0) {
      return values(damaged);
    }
    if (result.code() != 2 && result.code() != 3) {
      return Optional.of("CODE " + result.code() + ": " + err);
    }
    String said = err.replaceAll("(?m)^Recorded in .*$", "");
    return damaged.names().stream().noneMatch(said::contains)
        ? Optional.of("UNNAMED FILE, code " + result.code() + ": " + err)
        : Optional.empty();
  }

  private static Optional<String> values(DamagedCase damaged) {
    try {
      return damaged.check().problem().map(problem -> "VALUES " + problem);
    } catch (Exception e) {
      return Optional.of("VALUES cannot be compared: " + trace(e));
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String dump() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
      String name = thread.getKey().getName();
      if (name.equals("damaged-input") || name.contains("task launch worker")) {
        text.append(name).append('\n');
        for (StackTraceElement element : thread.getValue()) {
          text.append("    ").append(element).append('\n');
        }
      }
    }
    return text.toString();
  }
}
