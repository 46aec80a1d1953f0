package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/** Finds columns of a source by name and pattern. */
public final class SourceColumns {
  private SourceColumns() {}

  /** All names of the source's own columns. */
  static List<String> names(StructType schema) {
    return Arrays.stream(schema.fieldNames())
        .filter(n -> !n.equals(SourceReader.CORRUPT_RECORD))
        .toList();
  }

  /**
   * Position of a column.
   *
   * @param key that names the column
   * @throws StrataException (data) where there is none, naming the nearest
   */
  public static int position(StructType schema, String name, String key) {
    int position = Arrays.asList(schema.fieldNames()).indexOf(name);
    if (position < 0) {
      throw absent(name, names(schema), key);
    }
    return position;
  }

  /**
   * Names that patterns match, each once: in the order of the patterns, then of {@code names}.
   * {@code *} stands for any part of a name.
   *
   * @param known what a pattern without {@code *} may also name, explicitly
   */
  static List<String> matching(
      List<String> patterns, List<String> names, List<String> known, String key) {
    Set<String> found = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (pattern.contains("*")) {
        Pattern regex =
            Pattern.compile(
                Arrays.stream(pattern.split("\\*", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
        names.stream().filter(n -> regex.matcher(n).matches()).forEach(found::add);
      } else if (known.contains(pattern)) {
        found.add(pattern);
      } else {
        throw absent(pattern, known, key);
      }
    }
    return new ArrayList<>(found);
  }

  private static StrataException absent(String name, Collection<String> names, String key) {
    Optional<String> nearest = NearestName.of(name, names);
    return StrataException.data(
            "the source has no column " + name + nearest.map(n -> "; nearest: " + n).orElse(""))
        .key(key)
        .found(
            "columns "
                + names.stream().limit(30).collect(Collectors.joining(", "))
                + (names.size() > 30 ? ", …" : ""))
        .expected(name)
        .build();
  }
}
