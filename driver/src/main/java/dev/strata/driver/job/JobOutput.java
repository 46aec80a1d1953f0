package dev.strata.driver.job;

import dev.strata.driver.progress.ProgressView;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a job writes what people read.
 *
 * @param out takes results
 * @param err takes notices, warnings and progress
 * @param report whether {@code report.html} and pictures are written to the run's folder
 */
public record JobOutput(PrintStream out, PrintStream err, boolean report) {
  /** Of a command. */
  public static JobOutput of(PrintStream out, PrintStream err) {
    return new JobOutput(out, err, true);
  }

  /**
   * Of a job that a program runs.
   *
   * @param report as {@link #report()}
   */
  public static JobOutput silent(boolean report) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new JobOutput(nowhere, nowhere, report);
  }

  /** A bar only where people look at a terminal, else lines. */
  ProgressView progress() {
    boolean terminal =
        err == System.err && System.console() != null && !"dumb".equals(System.getenv("TERM"));
    return ProgressView.on(err, terminal);
  }

  void notice(String sentence) {
    err.println(sentence);
    err.flush();
  }
}
