package dev.strata.driver.report;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.lock.LockSighting;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State of the run in an output folder, read without writing anything.
 *
 * @param identity of the run; empty where every attempt failed before a run began
 * @param result of a finished run
 * @param failure of the last attempt
 * @param failed when the last attempt failed; empty where it did not
 * @param lock that is held now, where it can be read
 * @param history empty where no round has ended yet
 * @param checkpoint the newest one
 */
record RunStatus(
    RunFolder folder,
    Optional<RunIdentity> identity,
    Optional<RunResult> result,
    Optional<Failure> failure,
    Optional<Instant> failed,
    Optional<LockSighting> lock,
    List<HistoryEntry> history,
    Optional<Path> checkpoint) {
  private static final Logger LOG = LoggerFactory.getLogger(RunStatus.class);
  private static final int RECENT_ROUNDS = 20;
  private static final String POSITIVE_CLASS = "evaluation.positive-class";
  private static final String SHARDS = "data.shards";

  /** State of a run. */
  enum State {
    /** It has its result. */
    FINISHED,
    /** A process holds the lock and renews it. */
    RUNNING,
    /** Its last attempt ended with a failure. */
    FAILED,
    /** It has started, has no result, and no process works on it. */
    UNFINISHED
  }

  /**
   * @param outputDir any Hadoop URI
   * @throws StrataException (configuration) if the folder has neither a run nor a failure; (data)
   *     if a file of the run is damaged; (cluster) if it cannot be read
   */
  static RunStatus read(Configuration configuration, String outputDir, Instant now) {
    RunFolder folder = RunFolder.of(configuration, outputDir);
    Optional<RunIdentity> identity = folder.identity();
    Optional<Failure> failure = folder.failure();
    if (identity.isEmpty() && failure.isEmpty()) {
      throw StrataException.configuration("the output folder has no run")
          .key("output.dir")
          .file(folder.folder())
          .found("no run.json")
          .expected("the output.dir of a started run")
          .build();
    }
    return new RunStatus(
        folder,
        identity,
        folder.result(),
        failure,
        failure.flatMap(f -> folder.failed()),
        LockSighting.at(configuration, folder.folder().toString(), now),
        History.read(folder),
        NewestCheckpoint.below(configuration, folder.checkpoints()));
  }

  State state() {
    if (result.isPresent()) {
      return State.FINISHED;
    }
    if (lock.isPresent() && lock.get().isLive()) {
      return State.RUNNING;
    }
    return failure.isPresent() ? State.FAILED : State.UNFINISHED;
  }

  Optional<HistoryEntry> newest() {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }

  /** The round that was validated last. */
  Optional<HistoryEntry> validated() {
    return history.stream()
        .filter(entry -> entry.validationLoss().isPresent())
        .reduce((first, second) -> second);
  }

  /** Examples per second, as the median of the last rounds: one slow round says nothing; else 0. */
  double speed() {
    List<Double> recent =
        history.subList(Math.max(0, history.size() - RECENT_ROUNDS), history.size()).stream()
            .map(HistoryEntry::examplesPerSecond)
            .filter(Double::isFinite)
            .sorted()
            .toList();
    return recent.isEmpty() ? 0 : recent.get(recent.size() / 2);
  }

  /**
   * Of two classes the one that precision, recall, F1 and areas are of; empty of others, and before
   * the rows of an unfinished run are prepared.
   */
  Optional<String> positiveClass() {
    if (result.isPresent()) {
      return Optional.ofNullable(result.get().positiveClass());
    }
    List<String> classes = classes();
    return classes.size() == 2
        ? Optional.of(configured(POSITIVE_CLASS).orElse(classes.get(1)))
        : Optional.empty();
  }

  /** Of the prepared training rows; empty where there are none, or they cannot be read. */
  private List<String> classes() {
    Path shards = configured(SHARDS).map(Path::new).orElseGet(folder::shards);
    try {
      ShardSet train =
          ManifestFile.open(folder.configuration(), new Path(shards, "train").toString());
      return ManifestFile.read(folder.configuration(), train).classes();
    } catch (StrataException e) {
      LOG.debug("the prepared rows in {} cannot be read", shards, e);
      return List.of();
    }
  }

  private Optional<String> configured(String key) {
    return identity.map(run -> run.configuration().get(key)).filter(value -> !value.equals("null"));
  }
}
