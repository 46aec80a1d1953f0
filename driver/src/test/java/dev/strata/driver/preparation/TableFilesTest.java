package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet, ORC and JSON files of one source that differ in their columns and types. */
class TableFilesTest {
  private static final SparkSession SPARK = LocalSpark.session();
  @TempDir Path temp;

  @Test
  void aColumnThatOnlyNewerFilesHaveIsMissingInOlderOnes() {
    Dataset<Row> rows = read(data().from(Cases.at("parquet-types-differ/more")));
    List<String> older = names(SPARK.read().parquet(Cases.at("parquet-types-differ/more/day=1")));
    List<String> newer = names(SPARK.read().parquet(Cases.at("parquet-types-differ/more/day=2")));
    List<String> more = newer.stream().filter(n -> !older.contains(n)).toList();
    assertThat(more).hasSize(1);
    assertThat(names(rows)).containsAll(newer).contains("day");
    String column = more.get(0);
    assertThat(rows.where("day = 1 and `" + column + "` is not null").count()).isZero();
    assertThat(rows.where("day = 2 and `" + column + "` is null").count()).isZero();
    StrataException e = failure(data().from(Cases.at("parquet-types-differ/more")).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("column " + column + " has a missing value");
  }

  @Test
  void integersAndDoublesAreDoubles() {
    Dataset<Row> rows = read(data().from(Cases.at("parquet-types-differ/types")));
    Dataset<Row> one = SPARK.read().parquet(Cases.at("parquet-types-differ/types/day=1"));
    Dataset<Row> two = SPARK.read().parquet(Cases.at("parquet-types-differ/types/day=2"));
    String column =
        names(one).stream()
            .filter(n -> !one.schema().apply(n).dataType().equals(two.schema().apply(n).dataType()))
            .findFirst()
            .orElseThrow();
    assertThat(rows.schema().apply(column).dataType()).isEqualTo(DataTypes.DoubleType);
    assertThat(rows.count()).isEqualTo(one.count() + two.count());
    assertThat(sum(rows.where("day = 1"), column)).isEqualTo(sum(one, column));
    assertThat(sum(rows.where("day = 2"), column)).isEqualTo(sum(two, column));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "json"})
  void newerColumnsInEachFormat(String format) {
    SPARK.range(3).selectExpr("id as x", "'a' as label").write().format(format).save(at("t/day=1"));
    SPARK
        .range(3)
        .selectExpr("id as x", "id * 2.5D as z", "'b' as label")
        .write()
        .format(format)
        .save(at("t/day=2"));
    TestDataSettings settings = data().from(at("t")).format(format).label("label").exclude("day");
    assertThat(failure(settings)).hasMessageContaining("column z has a missing value");
    PreparedData data =
        prepare(
            settings.missing(
                new MissingPolicy(
                    MissingPolicy.Numeric.CONSTANT,
                    -7,
                    MissingPolicy.Categorical.ERROR,
                    MissingPolicy.Label.ERROR)));
    assertThat(PreparedRows.of(data, "train"))
        .extracting(PreparedRows.Stored::features)
        .containsExactlyInAnyOrder(
            List.of(0f, -7f),
            List.of(1f, -7f),
            List.of(2f, -7f),
            List.of(0f, 0f),
            List.of(1f, 2.5f),
            List.of(2f, 5f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void numbersOfSeveralTypesKeepTheirValues(String format) {
    String[] types = {"int", "bigint", "double", "float", "decimal(6,2)", "smallint"};
    for (int i = 0; i < types.length; i++) {
      SPARK
          .range(2)
          .selectExpr("cast(id + 0.5 * " + (i % 2) + " as " + types[i] + ") as x", i + " as file")
          .coalesce(1)
          .write()
          .format(format)
          .save(at("n/day=" + (i % 2 == 0 ? i : "d" + i)));
    }
    SPARK
        .range(1)
        .selectExpr("cast(0.1 as float) as x", "9 as file")
        .write()
        .format(format)
        .save(at("n/day=9"));
    Dataset<Row> rows = read(data().from(at("n")).format(format));
    assertThat(rows.schema().apply("x").dataType()).isEqualTo(DataTypes.DoubleType);
    assertThat(rows.schema().apply("day").dataType()).isEqualTo(DataTypes.StringType);
    assertThat(sum(rows.where("file = 9"), "x")).isEqualTo(0.1);
    assertThat(sum(rows.where("file = 4"), "x")).isEqualTo(1);
    assertThat(sum(rows.where("day = 'd3'"), "x")).isEqualTo(2);
  }

  @Test
  void anIntegerThatNoDoubleHoldsIsRefused() {
    SPARK.sql("select 9007199254740993L as x, 'a' as label").write().parquet(at("big/day=1"));
    SPARK.sql("select 0.5D as x, 'b' as label").write().parquet(at("big/day=2"));
    StrataException e =
        failure(data().from(at("big")).format("parquet").label("label").exclude("day"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("9007199254740993").hasMessageContaining("column x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'t' as x|1 as x|x",
        "true as x|1.5D as x|x",
        "array('a') as x|array(1) as x|x",
        "named_struct('a', 1) as x|named_struct('a', 't') as x|x",
        "1 as y, date'2024-01-01' as x|2 as y, 3 as x|x"
      })
  void typesThatDoNotGoTogetherAreNamedWithBothFiles(String kinds) {
    String[] each = kinds.split("\\|");
    SPARK.sql("select " + each[0]).write().parquet(at("d/day=1"));
    SPARK.sql("select " + each[1]).write().parquet(at("d/day=2"));
    StrataException e = failure(data().from(at("d")).format("parquet"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e)
        .hasMessageContaining("column " + each[2])
        .hasMessageContaining("day=1/part-")
        .hasMessageContaining("day=2/part-");
  }

  @Test
  void namesThatDifferInCaseOnlyAreNamed() {
    SPARK.conf().set("spark.sql.caseSensitive", "true");
    try {
      SPARK.sql("select 1 as X, 2 as x, 'a' as label").write().parquet(at("case"));
    } finally {
      SPARK.conf().unset("spark.sql.caseSensitive");
    }
    StrataException e = failure(data().from(at("case")).format("parquet").label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("`x`").hasMessageContaining("spark.sql.caseSensitive");
  }

  private static double sum(Dataset<Row> rows, String column) {
    return rows.selectExpr("cast(sum(" + column + ") as double)").first().getDouble(0);
  }

  private static List<String> names(Dataset<Row> rows) {
    return List.of(rows.columns());
  }

  private static Dataset<Row> read(TestDataSettings settings) {
    DataSettings built = settings.build();
    return SourceReader.read(SPARK, built, built.source());
  }

  private PreparedData prepare(TestDataSettings settings) {
    return new DataPreparer(SPARK).prepare(settings.build(), at("shards"), 1, 1, Optional.empty());
  }

  private StrataException failure(TestDataSettings settings) {
    StrataException thrown = catchThrowableOfType(() -> prepare(settings), StrataException.class);
    assertThat(thrown).as("the failure of the preparation").isNotNull();
    return thrown;
  }

  private String at(String name) {
    return temp.resolve(name).toString();
  }
}
