package dev.strata.api;

import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The columns of a DataFrame that a fit reads, each for one purpose. */
final class SelectedColumns {
  private final Dataset<Row> rows;
  private final boolean caseSensitive;
  private final List<Column> columns = new ArrayList<>();
  private final Map<String, String> paramOf = new TreeMap<>();

  SelectedColumns(Dataset<Row> rows) {
    this.rows = rows;
    this.caseSensitive =
        Boolean.parseBoolean(rows.sparkSession().conf().get("spark.sql.caseSensitive"));
  }

  void add(String param, String name) {
    add(param, name, name);
  }

  /**
   * @param param that names the column
   * @param as name that the job reads
   * @throws StrataException (data) where the DataFrame does not have one column of this name;
   *     (configuration) where two params name the same
   */
  void add(String param, String name, String as) {
    long found = Stream.of(rows.columns()).filter(other -> key(other).equals(key(name))).count();
    if (found == 0) {
      throw ModelInput.missing(List.of(rows.columns()), param, name);
    }
    if (found > 1) {
      throw StrataException.data("the DataFrame has several columns " + name)
          .key(param)
          .found("columns " + String.join(", ", rows.columns()))
          .expected("one column of each name")
          .build();
    }
    String other = paramOf.put(key(as), param);
    if (other != null) {
      throw ModelInput.twice(param, as, other);
    }
    columns.add(SourceColumns.column(name).as(as));
  }

  Dataset<Row> select() {
    return rows.select(columns.toArray(Column[]::new));
  }

  private String key(String name) {
    return caseSensitive ? name : name.toLowerCase(Locale.ROOT);
  }
}
