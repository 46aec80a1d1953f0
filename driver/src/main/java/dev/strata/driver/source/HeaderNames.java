package dev.strata.driver.source;

import dev.strata.driver.row.RowDescription;
import dev.strata.executor.preprocess.PlainText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Names of a CSV's columns, each its own. As Spark has it: a column without a name is {@code _c}
 * and its position, from 0; of columns with one name each gets its position behind the name ({@code
 * k,x,x}: {@code k}, {@code x1}, {@code x2}), where upper and lower case are one as long as {@code
 * spark.sql.caseSensitive} is false.
 */
public final class HeaderNames {
  private HeaderNames() {}

  public static List<String> of(List<String> header, boolean caseSensitive) {
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

  /**
   * What a header makes one doubt: that the separator is another one, or that it is a row; empty
   * where it looks like names.
   */
  static Optional<String> doubt(List<String> header, String separator) {
    if (header.size() == 1) {
      return Stream.of(";", "\t", "|", ",")
          .filter(other -> !other.equals(separator) && header.get(0).contains(other))
          .findFirst()
          .map(
              other ->
                  "the header has one column, "
                      + RowDescription.of(header.get(0))
                      + "; set data.options.sep = \""
                      + other.replace("\t", "\\t")
                      + "\" if that separates the columns");
    }
    boolean numbers = header.stream().allMatch(name -> PlainText.number(name).isPresent());
    boolean counted = IntStream.range(0, header.size()).allMatch(i -> header.get(i).equals("" + i));
    return numbers && !counted
        ? Optional.of(
            "the first line has only numbers, but is read as column names; set data.options.header"
                + " = false if it is a row")
        : Optional.empty();
  }

  private static String key(String name, boolean caseSensitive) {
    return caseSensitive ? name : name.toLowerCase(Locale.ROOT);
  }
}
