package dev.strata.driver.split;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one partition of the ordered rows holds.
 *
 * @param rows that are used
 * @param read rows of the source that the partition's summaries speak of
 * @param duplicates rows equal to the row before
 * @param bytes whether all numbers of all rows are integers in 0 … 255
 * @param categories categories of each categorical column, or as many of them as are counted
 * @param strata part number (or undecided) → class (empty text where there are none) → rows
 * @param groups part number (or undecided) → group → rows; empty where rows belong to none
 */
@RecordBuilder
public record SplitCounts(
    long rows,
    long read,
    long droppedMissing,
    long droppedLabelMissing,
    long duplicates,
    boolean bytes,
    List<Set<String>> categories,
    Map<Byte, Map<String, Long>> strata,
    Map<Byte, Map<String, Long>> groups) {

  /** Sums over all partitions. */
  public static SplitCounts sum(List<SplitCounts> partitions) {
    long rows = 0;
    long read = 0;
    long missing = 0;
    long labelMissing = 0;
    long duplicates = 0;
    boolean bytes = true;
    List<Set<String>> categories = new ArrayList<>();
    Map<Byte, Map<String, Long>> strata = new TreeMap<>();
    Map<Byte, Map<String, Long>> groups = new TreeMap<>();
    for (SplitCounts counts : partitions) {
      rows += counts.rows;
      read += counts.read;
      missing += counts.droppedMissing;
      labelMissing += counts.droppedLabelMissing;
      duplicates += counts.duplicates;
      bytes &= counts.bytes;
      for (int i = 0; i < counts.categories.size(); i++) {
        if (i == categories.size()) {
          categories.add(new TreeSet<>());
        }
        categories.get(i).addAll(counts.categories.get(i));
      }
      add(counts.strata, strata);
      add(counts.groups, groups);
    }
    return SplitCountsBuilder.builder()
        .rows(rows)
        .read(read)
        .droppedMissing(missing)
        .droppedLabelMissing(labelMissing)
        .duplicates(duplicates)
        .bytes(bytes)
        .categories(categories)
        .strata(strata)
        .groups(groups)
        .build();
  }

  private static void add(Map<Byte, Map<String, Long>> counts, Map<Byte, Map<String, Long>> sums) {
    counts.forEach(
        (part, names) ->
            names.forEach(
                (name, n) ->
                    sums.computeIfAbsent(part, p -> new TreeMap<>()).merge(name, n, Long::sum)));
  }
}
