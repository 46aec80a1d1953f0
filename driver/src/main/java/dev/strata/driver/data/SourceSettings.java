package dev.strata.driver.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where rows come from: exactly one of {@code path}, {@code table}, {@code sql}, or none of them
 * for a source that is not given.
 *
 * @param path Hadoop URIs, folders and globs; empty where not given
 * @param labelsPath file of the labels of IDX images
 * @param where SQL condition on the rows
 * @param options of the Spark reader
 */
public record SourceSettings(
    List<String> path,
    Optional<String> labelsPath,
    Optional<String> table,
    Optional<String> sql,
    Optional<String> where,
    Map<String, String> options) {
  /** No source. */
  public static final SourceSettings NONE =
      new SourceSettings(
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  public SourceSettings {
    path = List.copyOf(path);
    options = new TreeMap<>(options);
  }

  public boolean given() {
    return !path.isEmpty() || table.isPresent() || sql.isPresent();
  }
}
