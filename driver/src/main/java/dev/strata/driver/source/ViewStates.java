package dev.strata.driver.source;

import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.run.SourceState;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DecimalType;

/**
 * States of temporary views, by the content of their rows: a DataFrame may have rows that are in no
 * file, or were read before its files changed.
 */
public final class ViewStates {
  private static final Map<String, SourceState> STATES = new ConcurrentHashMap<>();

  /** Holds the sum of 2^31 hashes. */
  private static final DecimalType SUM = new DecimalType(30, 0);

  private ViewStates() {}

  /**
   * Counts and hashes the rows, in any order.
   *
   * @param view name of their view
   * @throws dev.strata.executor.failure.StrataException (data) where the rows cannot be read
   */
  public static void put(String view, Dataset<Row> rows) {
    Column[] columns =
        Arrays.stream(rows.columns()).map(SourceColumns::column).toArray(Column[]::new);
    Row found =
        SparkFailures.unwrapped(
            () ->
                rows.select(functions.xxhash64(columns).cast(SUM).as("hash"))
                    .agg(functions.count("*"), functions.sum("hash"))
                    .first());
    String content =
        rows.schema().catalogString() + " " + found.get(0) + " rows, hash " + found.get(1);
    STATES.put(view, SourceState.of(Map.of("the rows of the DataFrame", content)));
  }

  /** The state of a view that was put. */
  static Optional<SourceState> of(Optional<String> table) {
    return table.map(STATES::get);
  }

  public static void remove(String view) {
    STATES.remove(view);
  }
}
