package dev.strata.driver.run;

import dev.strata.executor.failure.StrataException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code history.jsonl} of a run: one line per round. To support stores without append, the
 * whole file is written again, at most every five seconds and at most for a twentieth of the time.
 * A temporary file is written first, so that a kill loses no line. Lines that were written stay in
 * memory compressed, some hundred bytes each: a run of a million rounds must not fill the driver.
 */
public final class History implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int SHARE_OF_TIME = 20;

  private final RunFolder run;
  private final LongSupplier nanoTime;
  private final CompressedText text = new CompressedText();
  private long nextWrite;
  private boolean written;

  private History(RunFolder run, List<HistoryEntry> entries, LongSupplier nanoTime) {
    this.run = run;
    this.nanoTime = nanoTime;
    entries.forEach(this::append);
    flush();
  }

  /** A run that starts: no lines. */
  public static History create(RunFolder run) {
    return create(run, System::nanoTime);
  }

  static History create(RunFolder run, LongSupplier nanoTime) {
    run.delete(List.of(run.historyFile(), nextFile(run)));
    return new History(run, List.of(), nanoTime);
  }

  /** A resumed run: lines of later rounds are dropped, as those rounds are done again. */
  public static History resume(RunFolder run, long round) {
    List<HistoryEntry> kept =
        lines(run).entries().stream().filter(entry -> entry.round() <= round).toList();
    return new History(run, kept, System::nanoTime);
  }

  /**
   * A phase that starts or resumes, in a run that may have several: lines of the phases before it
   * are kept, those of later ones and of the phase's own later rounds are dropped.
   *
   * @param round of the phase that was done last; 0 where it starts
   */
  public static History ofPhase(RunFolder run, String phase, long round) {
    return ofPhase(run, phase, round, notice -> {});
  }

  /**
   * As above.
   *
   * @param notice takes a sentence for the user where lines are damaged; they are left out
   */
  public static History ofPhase(RunFolder run, String phase, long round, Consumer<String> notice) {
    List<HistoryEntry> kept = new ArrayList<>();
    boolean reached = false;
    HistoryLines lines = lines(run);
    if (!lines.damaged().isEmpty()) {
      notice.accept(
          "Skipped damaged lines of %s: %s.".formatted(run.historyFile(), lines.damaged()));
    }
    for (HistoryEntry entry : lines.entries()) {
      boolean own = entry.phase().equals(phase);
      reached |= own;
      if (!reached || (own && entry.round() <= round)) {
        kept.add(entry);
      }
    }
    return new History(run, kept, System::nanoTime);
  }

  /**
   * Lines as they are now, for status and report; empty where there are none. A line cut off is
   * left out.
   *
   * @throws StrataException (data) where another line is damaged
   */
  public static List<HistoryEntry> read(RunFolder run) {
    HistoryLines lines = lines(run);
    if (!lines.damaged().isEmpty()) {
      throw StrataException.data("a file of the run is damaged")
          .file(run.historyFile())
          .row("line " + lines.damaged().get(0))
          .found(lines.damaged().size() + " damaged lines")
          .expected("the file as written; you may delete the lines, which no job reads")
          .build();
    }
    return lines.entries();
  }

  private static HistoryLines lines(RunFolder run) {
    HistoryLines now = lines(run, run.historyFile());
    HistoryLines next = lines(run, nextFile(run));
    return next.entries().size() > now.entries().size() ? next : now;
  }

  /** Adds a line; it is in the file with the next writing. */
  public synchronized void add(HistoryEntry entry) {
    append(entry);
    written = false;
    if (nanoTime.getAsLong() - nextWrite >= 0) {
      flush();
    }
  }

  /**
   * Writes now; call it before each checkpoint.
   *
   * @throws dev.strata.executor.failure.StrataException (cluster) where that fails
   */
  public synchronized void flush() {
    if (written) {
      return;
    }
    long start = nanoTime.getAsLong();
    text.compress();
    OutputFiles.replace(run.configuration(), nextFile(run), text::writeTo);
    OutputFiles.replace(run.configuration(), run.historyFile(), text::writeTo);
    run.delete(List.of(nextFile(run)));
    long end = nanoTime.getAsLong();
    nextWrite = end + Math.max(INTERVAL.toNanos(), SHARE_OF_TIME * (end - start));
    written = true;
  }

  @Override
  public void close() {
    flush();
  }

  static Path nextFile(RunFolder run) {
    return new Path(run.folder(), "history-next.jsonl");
  }

  private void append(HistoryEntry entry) {
    text.add(HistoryLines.line(entry) + '\n');
  }

  private static HistoryLines lines(RunFolder run, Path file) {
    try {
      return HistoryLines.of(OutputFiles.read(run.configuration(), file).orElse(""));
    } catch (DamagedFileException e) {
      // what the store itself finds damaged was cut off in the middle of writing
      LOG.info("{} is damaged and counts as empty", file, e);
      return HistoryLines.of("");
    }
  }
}
