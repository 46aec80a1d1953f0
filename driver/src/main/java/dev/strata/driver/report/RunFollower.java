package dev.strata.driver.report;

import dev.strata.driver.progress.Progress;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.executor.failure.StrataException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what a run on another machine writes into its output folder: who works on it, and each time
 * it is asked how far the run is, where that has changed. What the folder holds of an earlier
 * attempt is not shown. Nothing is written.
 */
public final class RunFollower {
  private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);

  /** Drivers that wait for a worker longer than this are not the usual case. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final Configuration configuration;
  private final String outputDir;
  private final Instant begun;
  private String shownRound;
  private String shownHolder;
  private boolean sighted;

  /**
   * @param outputDir any Hadoop URI
   * @param begun when the run was submitted
   */
  public RunFollower(Configuration configuration, String outputDir, Instant begun) {
    this.configuration = configuration;
    this.outputDir = outputDir;
    this.begun = begun;
    this.shownRound = read(begun).flatMap(RunStatus::newest).map(HistoryEntry::time).orElse("");
  }

  /** What is new, a line each; never throws because of what the folder holds. */
  public List<String> news(Instant now) {
    List<String> lines = new ArrayList<>();
    Optional<RunStatus> run = read(now);
    run.filter(seen -> seen.state() == RunStatus.State.RUNNING)
        .flatMap(RunStatus::lock)
        .filter(lock -> !lock.holder().equals(shownHolder))
        .ifPresent(
            lock -> {
              shownHolder = lock.holder();
              lines.add("running: " + lock.holder());
            });
    run.flatMap(RunStatus::newest)
        .filter(entry -> !entry.time().equals(shownRound))
        .ifPresent(
            entry -> {
              shownRound = entry.time();
              lines.add(ProgressText.line(progress(run.get(), entry)));
            });
    if (lines.isEmpty() && !sighted && Duration.between(begun, now).compareTo(SILENCE) > 0) {
      lines.add(
          "no progress in "
              + outputDir
              + " so far: the driver is waiting for a worker or preparing rows, or this machine"
              + " cannot read that folder");
    }
    sighted |= !lines.isEmpty();
    return lines;
  }

  private static Progress progress(RunStatus run, HistoryEntry entry) {
    return new Progress(
        entry.layer().orElse(entry.phase()),
        entry.epoch() + 1,
        entry.epochs(),
        entry.examples(),
        entry.totalExamples(),
        entry.loss(),
        run.speed());
  }

  /** Empty where there is no run yet, or its files cannot be read. */
  private Optional<RunStatus> read(Instant now) {
    try {
      return Optional.of(RunStatus.read(configuration, outputDir, now));
    } catch (StrataException e) {
      LOG.debug("the run in {} cannot be read", outputDir, e);
      return Optional.empty();
    }
  }
}
