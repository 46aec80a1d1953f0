package dev.strata.driver.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that Spark scans in columns give the features and keep the columns that rows of any other
 * plan do.
 */
class SparkRowsTest extends ExtractFixture {
  private static final int ROWS = 10_000;

  /** Where the nested columns begin. */
  private static final int NESTED = 13;

  /** Of every type that Parquet has; some values of all but the first are null. */
  private static final List<String> CARRIED =
      List.of(
          "id",
          some("cast(id % 100 as tinyint)", "small"),
          some("cast(id as int)", "whole"),
          some("id / 7.0D", "wide"),
          some("cast(id / 7.0D as float)", "narrow"),
          some("id % 2 = 0", "truth"),
          some("concat('text ', id)", "text"),
          some("encode(concat('bytes ', id), 'utf-8')", "bytes"),
          some("cast(id as decimal(9, 2))", "money"),
          some("cast(id as decimal(30, 4))", "wealth"),
          some("date_add(date '2024-01-01', cast(id % 365 as int))", "day"),
          some("timestamp_seconds(1700000000 + id)", "time"),
          some("cast(timestamp_seconds(id) as timestamp_ntz)", "local"),
          "if(id % 5 = 0, null, array(id, id + 1)) as list",
          "named_struct('a', id, 'b', array(concat('x', id))) as nested",
          "map('k', id) as pairs");

  /** What views do not give; an array is viewed, but not carried along. */
  private static final String[] NO_VIEWS = {"nested", "pairs", "packed"};

  @ParameterizedTest
  @ValueSource(strings = {"floats", "whole_floats", "doubles"})
  void viewsOfColumnsGiveTheSameRows(String features) {
    compare(table().drop(NO_VIEWS), features, NESTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"floats", "packed"})
  void rowsOfOtherColumnsAreAsSparkMakesThem(String features) {
    compare(table(), features, CARRIED.size());
  }

  /** In rows by themselves and many in turn, as a view has another row's value in their place. */
  private static String some(String value, String name) {
    return "if(id % 3 = 0 or id between 4000 and 6000, null, " + value + ") as " + name;
  }

  private void compare(Dataset<Row> rows, String features, int columns) {
    int[] carried = IntStream.range(0, columns).toArray();
    assertThat(found(rows, features, carried))
        // A condition that holds for each row changes nothing but the plan.
        .isEqualTo(found(rows.where("id >= 0"), features, carried))
        .hasSize(ROWS - nullsIn(features));
  }

  /** The value of a folder, and a column that one file lacks. */
  @Test
  void missingPartitionsAndColumnsStayMissing() {
    String folder = at("parts");
    table()
        .selectExpr("id", "floats", "whole_floats", "if(id % 2 = 0, null, id % 4) as part")
        .write()
        .partitionBy("part")
        .parquet(folder);
    table()
        .limit(5)
        .selectExpr("id", "floats", "whole_floats", "7 as more")
        .write()
        .parquet(folder + "/part=9");
    Dataset<Row> rows = SPARK.read().option("mergeSchema", true).parquet(folder);
    assertThat(kind(rows, new int[0])).isEqualTo("ColumnarBatchRow");
    int[] carried = {
      rows.schema().fieldIndex("id"),
      rows.schema().fieldIndex("part"),
      rows.schema().fieldIndex("more")
    };
    assertThat(found(rows, "whole_floats", carried))
        .isEqualTo(found(rows.where("id >= 0"), "whole_floats", carried))
        .anyMatch(row -> !row.contains("part") && !row.contains("more"));
  }

  @Test
  void aScanInColumnsIsRecognised() {
    Dataset<Row> rows = table().drop(NO_VIEWS);
    int[] none = {};
    assertThat(kind(rows, none)).isEqualTo("ColumnarBatchRow");
    int[] list = {rows.schema().fieldIndex("list")};
    assertThat(kind(rows, list)).isEqualTo("UnsafeRow");
    assertThat(kind(rows.filter("id >= 0"), none)).isEqualTo("UnsafeRow");
    assertThat(kind(table(), none)).isEqualTo("UnsafeRow");
  }

  private static String kind(Dataset<Row> rows, int[] carried) {
    return SparkRows.of(rows, carried).map(row -> row.getClass().getSimpleName()).first();
  }

  private static int nullsIn(String features) {
    return features.equals("floats") ? ROWS / 10 : 0;
  }

  private List<String> found(Dataset<Row> source, String features, int[] carried) {
    Preprocessing preprocessing = preprocessing(features);
    var bundle = bundle(NETWORK, preprocessing);
    List<String> found = new ArrayList<>();
    new FeatureQuery(
            source,
            bundle,
            FeatureColumns.of(bundle, layers("output"), "", List.of()),
            SourceRowReader.of(source.schema(), preprocessing.layout().featuresOnly()),
            carried,
            64,
            BadRows.FAIL)
        .run(
            FeatureCounts.in(SPARK.sparkContext()),
            frame -> frame.toJSON().collectAsList().forEach(found::add));
    return found;
  }

  private static Preprocessing preprocessing(String features) {
    return preprocessing(
        new RowLayout(
            List.of(new FeatureColumn(features, ColumnKind.VECTOR, 4)),
            null,
            LabelKind.CLASS,
            1,
            Map.of(),
            null,
            List.of(),
            DROP),
        false,
        Scaling.STANDARD,
        List.of(number(4)));
  }

  private Dataset<Row> table() {
    String folder = at("table");
    if (!temp.resolve("table").toFile().exists()) {
      SPARK
          .range(0, ROWS, 1, 2)
          .selectExpr(CARRIED.toArray(String[]::new))
          .join(vectors(), "id")
          .selectExpr(
              "*",
              "array(float(id / 3), float(-id), if(id % 10 = 0, null, 1f), 0.5f) as floats",
              "array(float(id / 3), float(-id), 1f, 0.5f) as whole_floats",
              "array(id / 3, double(-id), 1.0D, 0.1D) as doubles")
          .coalesce(2)
          .write()
          .parquet(folder);
    }
    return SPARK.read().parquet(folder);
  }

  private static Dataset<Row> vectors() {
    return LocalSpark.session()
        .createDataFrame(
            IntStream.range(0, ROWS)
                .mapToObj(
                    i ->
                        RowFactory.create(
                            (long) i,
                            i % 2 == 0
                                ? Vectors.dense(i, -0.0, 0.25, 1)
                                : Vectors.sparse(4, new int[] {2}, new double[] {i / 3.0})))
                .toList(),
            new StructType()
                .add("id", DataTypes.LongType)
                .add("packed", SQLDataTypes.VectorType()));
  }
}
