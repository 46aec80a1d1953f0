package dev.strata.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.strata.executor.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.Path;

/**
 * The {@code history.jsonl} of a run: one line a round. Stores without append are served by writing
 * the whole file anew, not more often than every five seconds and never so that writing takes more
 * than a twentieth of the time. It is written beside first, so that a kill in between loses no
 * line.
 */
public final class History implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int SHARE_OF_TIME = 20;

  private final RunFolder run;
  private final LongSupplier nanoTime;
  private final List<HistoryEntry> entries;
  private final StringBuilder text = new StringBuilder();
  private long nextWrite;
  private boolean written;

  private History(RunFolder run, List<HistoryEntry> entries, LongSupplier nanoTime) {
    this.run = run;
    this.nanoTime = nanoTime;
    this.entries = new ArrayList<>(entries);
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
    List<HistoryEntry> kept = read(run).stream().filter(entry -> entry.round() <= round).toList();
    return new History(run, kept, System::nanoTime);
  }

  /**
   * A phase that starts or goes on, in a run that may have several: lines of the phases before it
   * are kept, those of later ones and of the phase's own later rounds are dropped.
   *
   * @param round of the phase that was done last; 0 where it starts
   */
  public static History ofPhase(RunFolder run, String phase, long round) {
    List<HistoryEntry> kept = new ArrayList<>();
    boolean reached = false;
    for (HistoryEntry entry : read(run)) {
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
   */
  public static List<HistoryEntry> read(RunFolder run) {
    List<HistoryEntry> now = lines(run, run.historyFile());
    List<HistoryEntry> next = lines(run, nextFile(run));
    return next.size() > now.size() ? next : now;
  }

  /** Adds a line; it is in the file with the next writing. */
  public synchronized void add(HistoryEntry entry) {
    entries.add(entry);
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
    OutputFiles.write(run.configuration(), nextFile(run), text.toString());
    OutputFiles.write(run.configuration(), run.historyFile(), text.toString());
    run.delete(List.of(nextFile(run)));
    long end = nanoTime.getAsLong();
    nextWrite = end + Math.max(INTERVAL.toNanos(), SHARE_OF_TIME * (end - start));
    written = true;
  }

  public synchronized List<HistoryEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public void close() {
    flush();
  }

  static Path nextFile(RunFolder run) {
    return new Path(run.folder(), "history-next.jsonl");
  }

  private void append(HistoryEntry entry) {
    text.append(Json.line(entry)).append('\n');
  }

  private static List<HistoryEntry> lines(RunFolder run, Path file) {
    List<HistoryEntry> found = new ArrayList<>();
    try {
      for (String line : OutputFiles.read(run.configuration(), file).orElse("").lines().toList()) {
        try {
          found.add(Json.mapper().readValue(line, HistoryEntry.class));
        } catch (JsonProcessingException e) {
          // cut off in the middle of writing; its round is done again, or is in the other file
        }
      }
    } catch (DamagedFileException e) {
      // likewise: what the store itself finds damaged was cut off
      return List.of();
    }
    return found;
  }
}
