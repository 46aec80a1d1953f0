package dev.strata.driver.source;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.preparation.PreparedRows;
import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions and partition folders mean the same in every format. */
class ReaderSessionTest {
  private static final SparkSession SPARK = LocalSpark.session();
  @TempDir Path temp;

  /** As in a session that reads for the first time. */
  @BeforeEach
  void sparksDefaults() {
    SPARK.conf().unset("spark.sql.parquet.filterPushdown");
    SPARK.conf().unset("spark.sql.orc.filterPushdown");
    SPARK.conf().unset("spark.sql.sources.partitionColumnTypeInference.enabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x >= 0", "x = 0", "x in (0.0, 1.0)", "f >= 0", "not (x < 0)"})
  void negativeZeroIsZeroInConditions(String condition) {
    Dataset<Row> table = zeros();
    for (String format : List.of("parquet", "orc", "json")) {
      table.write().mode("overwrite").format(format).save(at(format));
      assertThat(rows(source(at(format), null, null, null, condition), format))
          .as(format)
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void negativeZeroIsZeroInQueries(String format) {
    zeros().write().format(format).save(at(format));
    String query = "select * from " + format + ".`" + at(format) + "` where x >= 0";
    assertThat(rows(source(null, null, null, query, null), "auto")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "json", "csv"})
  void codesInNamesOfPartitionFoldersAreText(String format) {
    List<Row> rows = new ArrayList<>();
    List<String> seats = List.of("12D", "12F", "7F", "3D");
    for (int i = 0; i < 40; i++) {
      rows.add(RowFactory.create(i % 3, i % 2, seats.get(i % 4)));
    }
    SPARK
        .createDataFrame(
            rows,
            new StructType()
                .add("x", DataTypes.IntegerType)
                .add("label", DataTypes.IntegerType)
                .add("seat", DataTypes.StringType))
        .write()
        .option("header", "true")
        .partitionBy("seat")
        .format(format)
        .save(at("flights"));
    PreparedData data =
        prepare(
            data()
                .from(at("flights"))
                .format(format)
                .features("x", "seat")
                .label("label")
                .categorical("seat")
                .splitRandomly(0, 0)
                .build(),
            "flights-out");
    // x, and one feature each of 12D, 12F, 3D and 7F
    assertThat(data.preprocessing().inputWidth()).isEqualTo(5);
  }

  @Test
  void numbersInNamesOfPartitionFoldersAreNumbers() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(RowFactory.create(i % 4 * 2.5, i % 3, i % 2));
    }
    SPARK
        .createDataFrame(
            rows,
            new StructType()
                .add("rate", DataTypes.DoubleType)
                .add("x", DataTypes.IntegerType)
                .add("label", DataTypes.IntegerType))
        .write()
        .partitionBy("rate")
        .parquet(at("rates"));
    PreparedData data =
        prepare(
            data()
                .from(source(at("rates"), null, null, null, "rate > 2"))
                .format("parquet")
                .features("rate")
                .label("label")
                .splitRandomly(0, 0)
                .build(),
            "rates-out");
    assertThat(PreparedRows.of(data, "train"))
        .extracting(r -> r.features().get(0))
        .hasSize(30)
        .containsOnly(2.5f, 5f, 7.5f);
  }

  /** 400 rows, half -0.0, so that Parquet keeps a dictionary. */
  private static Dataset<Row> zeros() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double x = i % 2 == 0 ? -2.5 : -0.0;
      rows.add(RowFactory.create(x, (float) x, i / 2 % 2));
    }
    return SPARK
        .createDataFrame(
            rows,
            new StructType()
                .add("x", DataTypes.DoubleType)
                .add("f", DataTypes.FloatType)
                .add("label", DataTypes.IntegerType))
        .coalesce(1);
  }

  private long rows(SourceSettings source, String format) {
    return SourceReader.read(SPARK, data().format(format).label("label").build(), source).count();
  }

  private PreparedData prepare(DataSettings settings, String folder) {
    return new DataPreparer(SPARK).prepare(settings, at(folder), 2, 1, Optional.empty());
  }

  private String at(String name) {
    return temp.resolve(name).toString();
  }
}
