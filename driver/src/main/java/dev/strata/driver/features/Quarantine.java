package dev.strata.driver.features;

import dev.strata.driver.file.SourceRows;
import dev.strata.driver.row.RowDescription;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that a model cannot take, as the source has them, each with the reason and its file. Where
 * the source is such a table itself, its own reasons and files are not kept.
 */
final class Quarantine {
  /** Column with the sentence that a failure would have had. */
  static final String REASON = "strata_reason";

  static final String FILE = "strata_file";

  private Quarantine() {}

  /** Those of a source, found when they are asked for. */
  static Dataset<Row> of(Dataset<Row> source, SourceRowReader reader, Preprocessing preprocessing) {
    StructField[] fields = source.schema().fields();
    int[] kept = IntStream.range(0, fields.length).filter(i -> !isOurs(fields[i].name())).toArray();
    StructType schema =
        new StructType(IntStream.of(kept).mapToObj(i -> fields[i]).toArray(StructField[]::new))
            .add(REASON, DataTypes.StringType, false)
            .add(FILE, DataTypes.StringType, false);
    return source.mapPartitions(new Task(reader, preprocessing, kept), Encoders.row(schema));
  }

  private static boolean isOurs(String column) {
    return column.equalsIgnoreCase(REASON) || column.equalsIgnoreCase(FILE);
  }

  private record Task(SourceRowReader reader, Preprocessing preprocessing, int[] kept)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      RowNumbers numbers = new RowNumbers(reader, preprocessing);
      float[] into = new float[numbers.width()];
      Iterable<Row> all = () -> new SourceRows<>(rows);
      return StreamSupport.stream(all.spliterator(), false)
          .flatMap(row -> refused(numbers, row, into).stream())
          .iterator();
    }

    private List<Row> refused(RowNumbers numbers, Row row, float[] into) {
      try {
        numbers.encode(row, into);
        return List.of();
      } catch (StrataException e) {
        if (e.kind() != FailureKind.DATA) {
          throw e;
        }
        Object[] values = new Object[kept.length + 2];
        for (int i = 0; i < kept.length; i++) {
          values[i] = row.get(kept[i]);
        }
        values[kept.length] = reason(e);
        values[kept.length + 1] = RowDescription.file();
        return List.of(RowFactory.create(values));
      }
    }

    private static String reason(StrataException e) {
      List<String> details = new ArrayList<>();
      e.found().ifPresent(found -> details.add("found: " + found));
      e.expected().ifPresent(expected -> details.add("expected: " + expected));
      return details.isEmpty() ? e.what() : e.what() + " (" + String.join("; ", details) + ")";
    }
  }
}
