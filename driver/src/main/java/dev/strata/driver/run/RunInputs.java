package dev.strata.driver.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * The {@code inputs.json} of an output folder: what its run read besides its configuration. A
 * finished run is the same as one that is asked for only if these are the same, too.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param runId of the run's {@code run.json}; those of another run say nothing
 * @param sources configuration key → files behind it, before they were read
 * @param models configuration key → model behind it
 * @param settings keys that may change on resume and still belong to the result, such as {@code
 *     training.epochs}
 * @param rows part → checksum of the manifest of the rows that the run works with; empty before
 *     they are prepared
 */
public record RunInputs(
    int formatVersion,
    String runId,
    Map<String, SourceState> sources,
    Map<String, ModelState> models,
    Map<String, String> settings,
    Map<String, String> rows) {
  /** Raised whenever an older reader could not read what is written. */
  public static final int FORMAT_VERSION = 1;

  public RunInputs {
    sources = withoutNull(sources);
    models = withoutNull(models);
    settings = withoutNull(settings);
    rows = withoutNull(rows);
  }

  /** Of a run whose rows are not prepared yet. */
  public RunInputs(
      Map<String, SourceState> sources,
      Map<String, ModelState> models,
      Map<String, String> settings) {
    this(FORMAT_VERSION, "", sources, models, settings, Map.of());
  }

  /** The same as those of this run. */
  public RunInputs of(String id) {
    return new RunInputs(formatVersion, id, sources, models, settings, rows);
  }

  /** The same with other settings. */
  public RunInputs withSettings(Map<String, String> others) {
    return new RunInputs(formatVersion, runId, sources, models, others, rows);
  }

  /** The same with the rows that were prepared. */
  public RunInputs withRows(Map<String, String> prepared) {
    return new RunInputs(formatVersion, runId, sources, models, settings, prepared);
  }

  /** The same without sources that may have changed unseen, as the state then or now is unknown. */
  public RunInputs certain(RunInputs now) {
    Map<String, SourceState> known = new TreeMap<>(sources);
    known.keySet().removeIf(key -> isUnknown(sources.get(key)) || isUnknown(now.sources.get(key)));
    return new RunInputs(formatVersion, runId, known, models, settings, rows);
  }

  private static boolean isUnknown(SourceState source) {
    return source != null && !source.known();
  }

  /** Each source that is not what it was, in a few words. */
  public List<String> sourceChanges(RunInputs now) {
    return changes(sources, now.sources, SourceState::change);
  }

  /** Each model that is not what it was, in a few words. */
  public List<String> modelChanges(RunInputs now) {
    return changes(models, now.models, ModelState::change);
  }

  private static <T> List<String> changes(
      Map<String, T> then, Map<String, T> now, BiFunction<T, T, Optional<String>> change) {
    Set<String> keys = new TreeSet<>(then.keySet());
    keys.addAll(now.keySet());
    List<String> changes = new ArrayList<>();
    for (String key : keys) {
      T before = then.get(key);
      T after = now.get(key);
      if (before == null || after == null) {
        changes.add(
            key + ": " + (before == null ? "was not a source before" : "is no longer a source"));
      } else {
        change.apply(before, after).ifPresent(words -> changes.add(key + ": " + words));
      }
    }
    return changes;
  }

  private static <T> Map<String, T> withoutNull(Map<String, T> values) {
    Map<String, T> known = new TreeMap<>(values == null ? Map.of() : values);
    known.values().removeIf(Objects::isNull);
    return known;
  }
}
