package dev.strata.driver.source;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.row.CellReader;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.TimeText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What the columns of text hold that the settings do not speak of, by the first {@value #ROWS} rows
 * that have a value: numbers where any value is a number; dates or times where any is one; else
 * categories. Every row of a job is then held to it. Other first rows may make a job fail, but
 * never give a column another kind: all values of numbers are numbers, all of times are times, and
 * categories need a value that is neither.
 */
final class TextColumnKinds {
  /** Rows that are looked at. */
  static final int ROWS = 1000;

  /** Different texts that, none of them twice, may be names or sentences and no categories. */
  private static final int MOST_UNIQUE = 200;

  /** Rows that must not have a text twice to tell that it is so. */
  private static final int ROWS_OF_NAMES = 20_000;

  private final CellReader cells;
  private final Dataset<Row> rows;
  private final FailureList problems;

  private TextColumnKinds(DataSettings settings, Dataset<Row> rows, FailureList problems) {
    this.cells = new CellReader(settings.missingValues());
    this.rows = rows;
    this.problems = problems;
  }

  /**
   * Reads the first rows, unless there are no such columns.
   *
   * @param names of columns of text
   * @param problems takes a failure (data) for a column without numbers and times that has another
   *     text in each row
   */
  static Map<String, ColumnKind> of(
      DataSettings settings, Dataset<Row> rows, List<String> names, FailureList problems) {
    return names.isEmpty() ? Map.of() : new TextColumnKinds(settings, rows, problems).kinds(names);
  }

  private Map<String, ColumnKind> kinds(List<String> names) {
    Map<String, ColumnKind> kinds = new HashMap<>();
    Column[] columns = names.stream().map(SourceColumns::column).toArray(Column[]::new);
    Optional<List<Row>> first = taken(rows.select(columns), ROWS);
    for (int i = 0; first.isPresent() && i < columns.length; i++) {
      Values values = new Values();
      int position = i;
      first.get().forEach(row -> values.add(row.getString(position)));
      if (values.isEmpty() && first.get().size() == ROWS) {
        Column text = columns[i];
        Dataset<Row> filled =
            rows.select(text).where(functions.trim(text).notEqual(functions.lit("")));
        add(filled, ROWS, values);
      }
      kinds.put(names.get(i), values.kind());
      if (values.areNames()) {
        requireCategories(names.get(i), rows.select(columns[i]));
      }
    }
    return kinds;
  }

  private void requireCategories(String column, Dataset<Row> rows) {
    Values values = new Values();
    add(rows, ROWS_OF_NAMES, values);
    if (values.areNames()) {
      problems.add(names(column, values));
    }
  }

  private void add(Dataset<Row> rows, int most, Values values) {
    taken(rows, most).ifPresent(found -> found.forEach(row -> values.add(row.getString(0))));
  }

  private Optional<List<Row>> taken(Dataset<Row> rows, int most) {
    return problems.attempt(() -> SparkFailures.unwrapped(() -> rows.takeAsList(most)));
  }

  private static StrataException names(String column, Values values) {
    return StrataException.data("column " + column + " has another text in every row")
        .key("data.features")
        .found(values.different.size() + " different texts in the first rows")
        .expected(
            "categories or numbers; list the column in data.id or data.exclude, text to learn from"
                + " in data.text.column, or many categories in data.categorical")
        .build();
  }

  /** The values of one column. */
  private final class Values {
    private final Set<String> different = new HashSet<>();
    private long count;
    private boolean numbers;
    private boolean dates;
    private boolean times;

    void add(String cell) {
      String text = cells.text(cell);
      if (text == null) {
        return;
      }
      count++;
      different.add(text);
      numbers |= PlainText.number(text).isPresent();
      TimeText.of(text)
          .ifPresent(
              time -> {
                dates |= time.dateOnly();
                times |= !time.dateOnly();
              });
    }

    boolean isEmpty() {
      return count == 0;
    }

    boolean areNames() {
      return kind() == ColumnKind.CATEGORICAL && count >= MOST_UNIQUE && different.size() == count;
    }

    ColumnKind kind() {
      if (numbers || isEmpty()) {
        return ColumnKind.NUMERIC;
      }
      if (times) {
        return ColumnKind.TIMESTAMP;
      }
      return dates ? ColumnKind.DATE : ColumnKind.CATEGORICAL;
    }
  }
}
