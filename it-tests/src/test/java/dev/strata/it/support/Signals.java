package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals that Java itself does not send. */
public final class Signals {
  private Signals() {}

  /** Lets a process stand still, as on a machine that is overloaded or swaps. */
  public static void stop(ProcessHandle process) {
    send("-STOP", process);
  }

  /** Lets a process that stands still go on. */
  public static void resume(ProcessHandle process) {
    send("-CONT", process);
  }

  /** A process that has ended takes none. */
  private static void send(String signal, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
