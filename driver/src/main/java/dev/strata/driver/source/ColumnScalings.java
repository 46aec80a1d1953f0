package dev.strata.driver.source;

import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Scaling;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The columns' own scalings, {@code data.column-scaling}: a name goes before the patterns that
 * match it; patterns that match one column must agree.
 */
public final class ColumnScalings {
  private static final String KEY = "data.column-scaling";

  private final Map<String, Scaling> configured;
  private final FailureList problems;

  /**
   * @param problems takes failures: (data) for a name that the features do not have,
   *     (configuration) for a column of categories and for patterns that contradict each other
   */
  public ColumnScalings(Map<String, Scaling> configured, FailureList problems) {
    this.configured = configured;
    this.problems = problems;
  }

  /** The same features, each with its scaling where it has one of its own. */
  public List<FeatureColumn> applied(List<FeatureColumn> features) {
    if (configured.isEmpty()) {
      return features;
    }
    List<String> names = features.stream().map(FeatureColumn::name).toList();
    Map<String, Set<Scaling>> patterns = new HashMap<>();
    configured.forEach(
        (pattern, scaling) ->
            SourceColumns.matching(List.of(pattern), names, names, KEY, problems)
                .forEach(
                    name -> patterns.computeIfAbsent(name, n -> new TreeSet<>()).add(scaling)));
    return features.stream()
        .map(f -> scaled(f, patterns.getOrDefault(f.name(), Set.of())))
        .toList();
  }

  private FeatureColumn scaled(FeatureColumn feature, Set<Scaling> patterns) {
    boolean named = configured.containsKey(feature.name());
    if (feature.numbers() == 0) {
      if (named) {
        problems.add(
            failure(
                "column " + feature.name() + " has a scaling, but no numbers",
                "a column of kind " + word(feature.kind()),
                "a column of numbers, dates or times"));
      }
      return feature;
    }
    if (!named && patterns.size() > 1) {
      problems.add(
          failure(
              "patterns give column " + feature.name() + " different scalings",
              patterns.stream().map(ColumnScalings::word).collect(Collectors.joining(", ")),
              "one scaling; name the column itself to decide"));
      return feature;
    }
    Scaling own =
        named ? configured.get(feature.name()) : patterns.stream().findFirst().orElse(null);
    return own == null ? feature : feature.scaled(own);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static StrataException failure(String what, String found, String expected) {
    return StrataException.configuration(what).key(KEY).found(found).expected(expected).build();
  }
}
