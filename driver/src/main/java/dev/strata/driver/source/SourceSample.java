package dev.strata.driver.source;

import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.source.SourceReader.Opened;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The first rows of a source, on the driver: at most {@value #ROWS} and about {@value #CELLS}
 * cells; of images, and of sources with a condition and columns of several values, {@value #FEW}
 * rows. The condition is applied to these rows, so that no more are read however few meet it.
 *
 * @param rows with all columns of the source; those that are not read are null
 * @param files that the rows are from; empty texts where the source is not made of files
 * @param unread columns of several values (arrays, vectors, images), which are not read
 * @param whole whether the source has no other rows
 */
public record SourceSample(
    StructType schema, List<Row> rows, List<String> files, Set<String> unread, boolean whole) {
  /** Most rows of a source. */
  public static final int ROWS = 1000;

  /** Most rows of a source whose rows are large. */
  static final int FEW = 100;

  /** Most cells, of tables with very many columns; a few rows are always read. */
  static final int CELLS = 1_000_000;

  private static final int FEWEST = 20;
  private static final String FILE = "__strata_file";

  /**
   * Whether the first rows tell something and cost little: neither a join, a sort nor a sum stands
   * between the source's files and its rows, and nothing depends on chance or on a file's name.
   */
  public static boolean isCheap(Opened opened) {
    LogicalPlan plan = opened.rows().queryExecution().analyzed();
    return plan.deterministic() && !plan.exists(SourceSample::isCostly);
  }

  private static boolean isCostly(LogicalPlan plan) {
    return plan instanceof Aggregate
        || plan instanceof Join
        || plan instanceof Sort
        || plan instanceof Window
        || plan instanceof Distinct
        || plan instanceof Deduplicate
        || plan instanceof RepartitionOperation;
  }

  /** Empty where the condition cannot be applied to rows apart from their files. */
  public static Optional<SourceSample> of(SparkSession spark, Opened opened) {
    StructType schema = opened.all().schema();
    boolean condition = opened.source().where().isPresent();
    Set<String> unread = new HashSet<>();
    List<Column> columns = new ArrayList<>();
    List<StructField> fields = new ArrayList<>();
    boolean large = false;
    for (StructField field : schema.fields()) {
      boolean several = isLarge(field);
      large |= several;
      // A condition may ask for any column.
      if (several && !condition) {
        unread.add(field.name());
      } else {
        columns.add(SourceColumns.column(field.name()));
        fields.add(field);
      }
    }
    // A query may join files, of which no row has one.
    boolean named = !opened.source().path().isEmpty();
    columns.add((named ? functions.input_file_name() : functions.lit("")).as(FILE));
    fields.add(DataTypes.createStructField(FILE, DataTypes.StringType, true));
    int narrow = large && condition || isImages(schema) ? FEW : ROWS;
    int most = Math.min(narrow, Math.max(FEWEST, CELLS / columns.size()));
    List<Row> taken = opened.all().select(columns.toArray(Column[]::new)).takeAsList(most);
    boolean whole = taken.size() < most;
    if (condition) {
      Optional<List<Row>> met =
          filtered(
              spark.createDataFrame(taken, new StructType(nullable(fields))),
              opened.source().where().orElseThrow());
      if (met.isEmpty()) {
        return Optional.empty();
      }
      taken = met.get();
    }
    List<Row> rows = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (Row row : taken) {
      rows.add(complete(row, schema, unread));
      files.add(row.isNullAt(row.size() - 1) ? "" : row.getString(row.size() - 1));
    }
    return Optional.of(new SourceSample(schema, rows, files, unread, whole));
  }

  private static Optional<List<Row>> filtered(Dataset<Row> rows, String condition) {
    try {
      return Optional.of(rows.where(condition).collectAsList());
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Hands each row to a reader that names its file in failures. */
  public void forEach(Consumer<Row> reader) {
    try {
      for (int i = 0; i < rows.size(); i++) {
        InputFileBlockHolder.set(files.get(i), 0, 0);
        reader.accept(rows.get(i));
      }
    } finally {
      InputFileBlockHolder.unset();
    }
  }

  private static boolean isLarge(StructField field) {
    boolean single = field.dataType() instanceof AtomicType || field.dataType() instanceof NullType;
    return !single || field.dataType() instanceof BinaryType;
  }

  private static boolean isImages(StructType schema) {
    return List.of(schema.fields()).stream()
        .anyMatch(field -> field.metadata().contains(ImageSource.SHAPE));
  }

  private static StructField[] nullable(List<StructField> fields) {
    return fields.stream()
        .map(f -> new StructField(f.name(), f.dataType(), true, f.metadata()))
        .toArray(StructField[]::new);
  }

  private static Row complete(Row read, StructType schema, Set<String> unread) {
    Object[] values = new Object[schema.size()];
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = unread.contains(schema.fields()[i].name()) ? null : read.get(next++);
    }
    return new GenericRowWithSchema(values, schema);
  }
}
