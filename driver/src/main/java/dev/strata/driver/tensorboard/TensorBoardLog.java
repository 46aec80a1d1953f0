package dev.strata.driver.tensorboard;

import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerHistory;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.watch.RunListener;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a run for TensorBoard, into {@code tensorboard/PHASE}: a step is an iteration, its time
 * that of the round's end. Stores without append and readers that keep a file open ask for files
 * that never change: every ten seconds, and after hours at most once in two percent of the time, a
 * new file takes the steps since the last one. A file's name ends in its last step, so that a
 * resumed run knows what is written and writes no step twice; what an attempt that was killed did
 * not write is taken from the run's history.
 *
 * <p>Never a reason for a run to fail: the first failure is reported, and ends this.
 */
public final class TensorBoardLog implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(TensorBoardLog.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int SHARE_OF_TIME = 50;

  private final RunFolder run;
  private final Consumer<String> notice;
  private final LongSupplier nanoTime;
  private final long begun;
  private final Map<String, PhaseEvents> phases = new LinkedHashMap<>();
  private long writtenAt;
  private boolean caughtUp;
  private boolean failed;

  /**
   * @param notice takes a sentence for the user
   */
  public TensorBoardLog(RunFolder run, Consumer<String> notice) {
    this(run, notice, System::nanoTime);
  }

  TensorBoardLog(RunFolder run, Consumer<String> notice, LongSupplier nanoTime) {
    this.run = run;
    this.notice = notice;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.writtenAt = begun;
  }

  @Override
  public void phase(String name, long round) {
    attempt(
        () -> {
          write();
          phases.clear();
          if (round == 0) {
            // Events of an attempt that left nothing to resume, perhaps with other settings.
            PhaseEvents.remove(run, name);
          }
        });
  }

  @Override
  public void round(HistoryEntry entry, Optional<LayerEntry> layers) {
    attempt(
        () -> {
          catchUp(entry);
          of(entry.phase()).add(entry, layers);
          long now = nanoTime.getAsLong();
          long pause = Math.max(INTERVAL.toNanos(), (now - begun) / SHARE_OF_TIME);
          if (now - writtenAt >= pause) {
            write();
          }
        });
  }

  /** The run ends or fails: writes what is left. */
  public void close() {
    attempt(
        () -> {
          catchUp(null);
          write();
        });
  }

  /**
   * Once an attempt: rounds of earlier attempts that have no events. The history then holds nothing
   * of rounds that this attempt does again.
   *
   * @param now the round that has just ended; null at the end
   */
  private void catchUp(HistoryEntry now) throws IOException {
    if (caughtUp) {
      return;
    }
    caughtUp = true;
    Map<String, Map<Long, LayerEntry>> layers = new HashMap<>();
    for (LayerEntry entry : LayerHistory.read(run)) {
      layers.computeIfAbsent(entry.phase(), key -> new HashMap<>()).put(entry.round(), entry);
    }
    for (HistoryEntry entry : History.read(run)) {
      boolean own = now != null && now.phase().equals(entry.phase());
      if (!own || entry.round() < now.round()) {
        Map<Long, LayerEntry> known = layers.getOrDefault(entry.phase(), Map.of());
        of(entry.phase()).add(entry, Optional.ofNullable(known.get(entry.round())));
      }
    }
  }

  private PhaseEvents of(String phase) throws IOException {
    PhaseEvents events = phases.get(phase);
    if (events == null) {
      events = PhaseEvents.open(run, phase);
      phases.put(phase, events);
    }
    return events;
  }

  private void write() throws IOException {
    for (PhaseEvents events : phases.values()) {
      events.write();
    }
    writtenAt = nanoTime.getAsLong();
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void attempt(Work work) {
    if (failed) {
      return;
    }
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      failed = true;
      LOG.info("TensorBoard's events cannot be written", e);
      notice.accept(
          "TensorBoard: cannot write events to %s (%s); training continues without them"
              .formatted(run.tensorboard(), e.getMessage()));
    }
  }
}
