package dev.strata.executor.preprocess;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Counts the categories of one column. What it finds depends on the rows alone, not on how they are
 * divided: a column with more categories than are counted one by one ({@link CategoryRule}) is
 * counted by bucket, from the first row on.
 */
final class CategoryCounts {
  private final CategoryRule rule;
  private final TreeMap<String, Long> names = new TreeMap<>();
  private long[] hashed;
  private long missing;

  CategoryCounts(CategoryRule rule) {
    this.rule = rule;
  }

  /**
   * Counts in the form sent from a task to the driver.
   *
   * @param names category → rows
   * @param hashed rows of each bucket where there are too many categories; else null
   */
  record State(long missing, TreeMap<String, Long> names, long[] hashed) {}

  State state() {
    return new State(missing, names, hashed);
  }

  /**
   * @param text null where missing
   */
  void add(String text) {
    if (text == null) {
      missing++;
    } else {
      add(text, 1);
    }
  }

  /** Adds the rows of a later block. */
  void merge(State later) {
    missing += later.missing();
    if (later.hashed() != null) {
      hash();
      for (int i = 0; i < hashed.length; i++) {
        hashed[i] += later.hashed()[i];
      }
    }
    later.names().forEach(this::add);
  }

  private void add(String text, long rows) {
    if (hashed != null) {
      hashed[CategoryHash.bucket(text, hashed.length)] += rows;
      return;
    }
    names.merge(text, rows, Long::sum);
    if (names.size() > rule.counted()) {
      hash();
    }
  }

  private void hash() {
    if (hashed == null) {
      hashed = new long[rule.allHashed()];
      names.forEach((text, rows) -> hashed[CategoryHash.bucket(text, hashed.length)] += rows);
      names.clear();
    }
  }

  ColumnStatistics statistics() {
    Map<String, Long> own = own();
    return ColumnStatisticsBuilder.builder()
        .missing(missing)
        .mean(List.of())
        .deviation(List.of())
        .minimum(List.of())
        .maximum(List.of())
        .categories(List.copyOf(own.keySet()))
        .frequencies(List.copyOf(own.values()))
        .quantiles(List.of())
        .buckets(LongStream.of(buckets(own.keySet())).boxed().toList())
        .build();
  }

  /** Categories with an element of their own and their rows, in the order of the encoding. */
  private Map<String, Long> own() {
    List<String> sorted = PlainText.sorted(names.keySet());
    Set<String> frequent =
        sorted.stream()
            .filter(name -> names.get(name) >= rule.minCount())
            // The sort is stable: of equally frequent ones the first in order.
            .sorted(Comparator.comparing(names::get, Comparator.reverseOrder()))
            .limit(rule.max())
            .collect(Collectors.toSet());
    Map<String, Long> own = new LinkedHashMap<>();
    sorted.stream().filter(frequent::contains).forEach(name -> own.put(name, names.get(name)));
    return own;
  }

  private long[] buckets(Set<String> own) {
    if (hashed != null) {
      return hashed;
    }
    long[] buckets = new long[own.size() == names.size() ? 0 : rule.buckets()];
    names.forEach(
        (name, rows) -> {
          if (!own.contains(name)) {
            buckets[CategoryHash.bucket(name, buckets.length)] += rows;
          }
        });
    return buckets;
  }
}
