package dev.strata.driver.split;

import dev.strata.executor.failure.StrataException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The groups that rows belong to, numbered in the order of their names. */
public final class Groups {
  private Groups() {}

  /**
   * @param counts part number (or undecided) → group → rows
   * @return number of each group; empty where rows belong to none
   * @throws StrataException (data) where a part has one group only, or a group one row in a part:
   *     no pair of it is alike
   */
  public static Map<String, Integer> numbered(Map<Byte, Map<String, Long>> counts) {
    Map<String, Long> names = new TreeMap<>();
    counts.forEach(
        (part, groups) -> {
          requirePairs(part == Split.UNDECIDED ? Split.TRAIN : Split.values()[part], groups);
          names.putAll(groups);
        });
    Map<String, Integer> numbers = new HashMap<>();
    names.keySet().forEach(name -> numbers.put(name, numbers.size()));
    return numbers;
  }

  private static void requirePairs(Split part, Map<String, Long> groups) {
    List<String> alone =
        groups.entrySet().stream().filter(g -> g.getValue() < 2).map(Map.Entry::getKey).toList();
    if (!alone.isEmpty()) {
      throw StrataException.data("a group has only one row, which gives no pair")
          .key("data.group")
          .found(
              "one row of group "
                  + alone.get(0)
                  + (alone.size() > 1 ? " (and of " + (alone.size() - 1) + " others)" : "")
                  + " among the "
                  + part.text()
                  + " rows")
          .expected("at least two rows per group; use data.where to exclude the others")
          .build();
    }
    if (groups.size() < 2) {
      throw StrataException.data("there is only one group, so no pairs across groups")
          .key("data.group")
          .found("group " + String.join(", ", groups.keySet()) + " in all " + part.text() + " rows")
          .expected("at least two groups")
          .build();
    }
  }
}
