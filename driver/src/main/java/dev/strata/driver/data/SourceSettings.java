package dev.strata.driver.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Source of rows: exactly one of {@code path}, {@code table}, {@code sql}, or none of them for a
 * source that is not given.
 *
 * @param path Hadoop URIs, folders and globs; empty where not given
 * @param labelsPath file of the labels of IDX images
 * @param where SQL condition on the rows
 * @param options of the Spark reader
 * @param format of this source alone; absent: that of all sources
 * @param columnNames of this source alone; absent: those of all sources; empty: the source's own
 * @param key of the configuration under which the source is; absent: by its role
 */
@RecordBuilder
public record SourceSettings(
    List<String> path,
    Optional<String> labelsPath,
    Optional<String> table,
    Optional<String> sql,
    Optional<String> where,
    Map<String, String> options,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> format,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<String>> columnNames,
    @JsonIgnore Optional<String> key) {
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

  /** Format and names of columns are those of all sources. */
  public SourceSettings(
      List<String> path,
      Optional<String> labelsPath,
      Optional<String> table,
      Optional<String> sql,
      Optional<String> where,
      Map<String, String> options) {
    this(
        path,
        labelsPath,
        table,
        sql,
        where,
        options,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with a format and names of columns of its own. */
  public SourceSettings read(Optional<String> as, Optional<List<String>> names) {
    return SourceSettingsBuilder.builder(this).format(as).columnNames(names).build();
  }

  /** The same, named by this key whatever its role. */
  SourceSettings named(String configured) {
    return SourceSettingsBuilder.builder(this).key(Optional.of(configured)).build();
  }

  public boolean given() {
    return !path.isEmpty() || table.isPresent() || sql.isPresent();
  }
}
