package dev.strata.driver.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Shows a run to the person who waits for it: one line that is redrawn on a terminal, else whole
 * lines at intervals, at the first update and at each new epoch, so that a log stays readable. For
 * one thread at a time.
 */
public final class ProgressView implements AutoCloseable {
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration LINE = Duration.ofSeconds(10);
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private Progress last;
  private Progress shown;
  private long shownAt;
  private boolean drawn;

  ProgressView(PrintStream out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /** On standard output: a bar where it is a terminal, lines where it is a file or a pipe. */
  public static ProgressView standard() {
    boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
    return on(System.out, terminal);
  }

  /** A bar (on a terminal) or lines on the given stream. */
  public static ProgressView on(PrintStream out, boolean terminal) {
    return new ProgressView(out, terminal, System::nanoTime);
  }

  /** Shows the newest state; cheap enough for every round. */
  public void update(Progress progress) {
    boolean first = last == null || !last.phase().equals(progress.phase());
    boolean newEpoch = !first && last.epoch() != progress.epoch();
    last = progress;
    long now = nanos.getAsLong();
    Duration interval = terminal ? REDRAW : LINE;
    if (first || (newEpoch && !terminal) || now - shownAt >= interval.toNanos()) {
      show(now);
    }
  }

  /** A whole line that stays, such as a validation's result. */
  public void line(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  /** Shows the last state and leaves it. */
  @Override
  public void close() {
    if (last != null) {
      if (last != shown || (terminal && !drawn)) {
        show(nanos.getAsLong());
      }
      if (terminal) {
        out.println();
        drawn = false;
      }
      last = null;
    }
    out.flush();
  }

  private void show(long now) {
    shownAt = now;
    shown = last;
    if (terminal) {
      clear();
      out.print(ProgressText.bar(last));
      drawn = true;
    } else {
      out.println(ProgressText.line(last));
    }
    out.flush();
  }

  private void clear() {
    if (drawn) {
      out.print(CLEAR_LINE);
      drawn = false;
    }
  }
}
