package dev.strata.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.strata.executor.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code layer-statistics.jsonl} of a run: a line for some of its rounds, fewer the later. For
 * people and reports; no job depends on it, so that a damaged line is left out.
 */
public final class LayerHistory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerHistory.class);

  /** Rounds up to this one have a line each. */
  private static final int ALL_UNTIL = 20;

  private final RunFolder run;
  private final List<LayerEntry> entries;
  private boolean written;

  private LayerHistory(RunFolder run, List<LayerEntry> entries, boolean written) {
    this.run = run;
    this.entries = entries;
    this.written = written;
  }

  /**
   * A phase that starts or resumes: lines of the phases before it are kept, those of later ones and
   * of the phase's own later rounds are dropped.
   *
   * @param round of the phase that was done last; 0 where it starts
   */
  public static LayerHistory ofPhase(RunFolder run, String phase, long round) {
    List<LayerEntry> all = read(run);
    List<LayerEntry> kept = new ArrayList<>();
    boolean reached = false;
    for (LayerEntry entry : all) {
      boolean own = entry.phase().equals(phase);
      reached |= own;
      if (!reached || (own && entry.round() <= round)) {
        kept.add(entry);
      }
    }
    return new LayerHistory(run, kept, kept.size() == all.size());
  }

  /** Whether a round has a line: each up to 20, each second up to 40, each fourth up to 80, … */
  public static boolean has(long round) {
    long step = Long.highestOneBit(Math.max(1, (round - 1) / ALL_UNTIL));
    return round % (round <= ALL_UNTIL ? 1 : 2 * step) == 0;
  }

  /** All lines as they are now; empty where there are none. */
  public static List<LayerEntry> read(RunFolder run) {
    List<LayerEntry> entries = new ArrayList<>();
    text(run).lines().forEach(line -> entry(line).ifPresent(entries::add));
    return entries;
  }

  private static String text(RunFolder run) {
    try {
      return OutputFiles.read(run.configuration(), run.layerStatisticsFile()).orElse("");
    } catch (DamagedFileException e) {
      LOG.info("{} is damaged and counts as empty", run.layerStatisticsFile(), e);
      return "";
    }
  }

  private static Optional<LayerEntry> entry(String line) {
    try {
      return Optional.ofNullable(Json.mapper().readValue(line, LayerEntry.class))
          .filter(entry -> entry.phase() != null);
    } catch (JsonProcessingException e) {
      LOG.info("A damaged line of the layers' statistics is left out", e);
      return Optional.empty();
    }
  }

  /** Adds a line; it is in the file with the next {@link #flush}. */
  public void add(LayerEntry entry) {
    entries.add(entry);
    written = false;
  }

  /**
   * Writes now.
   *
   * @throws dev.strata.executor.failure.StrataException (cluster) where that fails
   */
  public void flush() {
    if (written) {
      return;
    }
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(Json.line(entry)).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    OutputFiles.replace(run.configuration(), run.layerStatisticsFile(), out -> out.write(bytes));
    written = true;
  }

  @Override
  public void close() {
    flush();
  }
}
