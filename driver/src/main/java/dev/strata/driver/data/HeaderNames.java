package dev.strata.driver.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names of a CSV's columns, each its own. As Spark has it: a column without a name is {@code _c}
 * and its position, from 0; of columns with one name each gets its position behind the name ({@code
 * k,x,x}: {@code k}, {@code x1}, {@code x2}), where upper and lower case are one as long as {@code
 * spark.sql.caseSensitive} is false.
 */
final class HeaderNames {
  private HeaderNames() {}

  static List<String> of(List<String> header, boolean caseSensitive) {
    Map<String, Integer> count = new HashMap<>();
    header.forEach(name -> count.merge(key(name, caseSensitive), 1, Integer::sum));
    Set<String> taken = new HashSet<>();
    header.stream()
        .map(name -> key(name, caseSensitive))
        .filter(name -> count.get(name) == 1)
        .forEach(taken::add);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      boolean own = !name.isEmpty() && count.get(key(name, caseSensitive)) == 1;
      String given = own ? name : name.isEmpty() ? "_c" + i : name + i;
      while (!own && !taken.add(key(given, caseSensitive))) {
        given = given + "_" + i;
      }
      names.add(given);
    }
    return names;
  }

  private static String key(String name, boolean caseSensitive) {
    return caseSensitive ? name : name.toLowerCase(Locale.ROOT);
  }
}
