package dev.strata.driver.row;

import dev.strata.driver.source.SourceReader;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Finds columns of a source by name and pattern. */
public final class SourceColumns {
  private SourceColumns() {}

  /** All names of the source's own columns. */
  public static List<String> names(StructType schema) {
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
      throw absent(List.of(name), names(schema), key);
    }
    return position;
  }

  /**
   * Position of a column; -1 where there is none, with the failure added.
   *
   * @param key that names the column
   */
  public static int position(StructType schema, String name, String key, FailureList problems) {
    return problems.attempt(() -> position(schema, name, key)).orElse(-1);
  }

  /** The column of this name as it is: a dot or a backquote in the name is part of it. */
  public static Column column(String name) {
    return functions.col(quoted(name));
  }

  /** The same in the text of an expression. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /**
   * Names that patterns match, each once: in the order of the patterns, then of {@code names}.
   * {@code *} stands for any part of a name.
   *
   * @param known what a pattern without {@code *} may also name, explicitly
   * @throws StrataException (data) that lists the names without {@code *} which are not known
   */
  public static List<String> matching(
      List<String> patterns, List<String> names, List<String> known, String key) {
    FailureList problems = new FailureList();
    List<String> found = matching(patterns, names, known, key, problems);
    problems.throwIfAny();
    return found;
  }

  /** As above, with the names that are not known added as a failure. */
  public static List<String> matching(
      List<String> patterns,
      List<String> names,
      List<String> known,
      String key,
      FailureList problems) {
    Set<String> found = new LinkedHashSet<>();
    List<String> absent = new ArrayList<>();
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
        absent.add(pattern);
      }
    }
    if (!absent.isEmpty()) {
      problems.add(absent(absent, known, key));
    }
    return new ArrayList<>(found);
  }

  /** The failure of a source that lacks columns. */
  public static StrataException absent(List<String> absent, Collection<String> names, String key) {
    String which =
        absent.stream()
            .map(name -> name + nearest(name, names, absent.size() > 1))
            .collect(Collectors.joining(", "));
    return StrataException.data(
            "the source has no column" + (absent.size() > 1 ? "s " : " ") + which)
        .key(key)
        .found(
            "columns "
                + names.stream().limit(30).collect(Collectors.joining(", "))
                + (names.size() > 30 ? ", …" : ""))
        .expected(String.join(", ", absent))
        .build();
  }

  private static String nearest(String name, Collection<String> names, boolean list) {
    return Nearest.to(name, names)
        .map(n -> list ? " (did you mean " + n + "?)" : "; did you mean " + n + "?")
        .orElse("");
  }
}
