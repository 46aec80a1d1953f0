package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceName;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.file.SourceFiles;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.run.SourceState;
import dev.strata.driver.source.SourceIdentity;
import dev.strata.driver.source.SourceReader;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Current state of the sources of a run, for {@code inputs.json}; no rows are read. */
public final class DataState {
  private final Configuration hadoop;
  private final Supplier<SparkSession> spark;

  /**
   * @param spark asked only for sources that are not named by paths
   */
  public DataState(Configuration hadoop, Supplier<SparkSession> spark) {
    this.hadoop = hadoop;
    this.spark = spark;
  }

  /**
   * The sources that are given, by their keys; prepared rows where there are none.
   *
   * @throws StrataException (data, configuration) where a source cannot be found
   */
  public Map<String, SourceState> all(DataSettings settings) {
    Map<String, SourceState> states = new TreeMap<>();
    for (SourceSettings source :
        List.of(settings.source(), settings.validation(), settings.test())) {
      if (source.given()) {
        states.put(SourceReader.key(settings, source), of(settings, source));
      }
    }
    if (states.isEmpty()) {
      settings.shards().ifPresent(folder -> states.put("data.shards", prepared(folder)));
    }
    return states;
  }

  /** As {@link #all}, for jobs that read the main source alone. */
  public Map<String, SourceState> main(DataSettings settings) {
    return settings.source().given() ? Map.of("data", of(settings, settings.source())) : Map.of();
  }

  /**
   * Any other file; empty where it does not exist.
   *
   * @param key that names it
   */
  public Optional<SourceState> file(String key, String path) {
    try {
      return Optional.of(
          SourceState.of(SourceIdentity.states(SourceFiles.list(hadoop, List.of(path), key))));
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private SourceState of(DataSettings settings, SourceSettings source) {
    return SparkFailures.unwrapped(
        () -> SourceName.in(() -> SourceIdentity.state(hadoop, spark, settings, source), source));
  }

  private SourceState prepared(String folder) {
    return SourceState.of(
        new PreparedFolder(hadoop, folder)
            .content()
            .map(PreparedFolder.Prepared::manifests)
            .orElse(Map.of()));
  }
}
