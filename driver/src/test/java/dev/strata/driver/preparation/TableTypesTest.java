package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TimePart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates, times, truth values, decimals, texts and skewed numbers, as warehouses have them. */
class TableTypesTest extends CsvFixture {
  private static final MissingPolicy LENIENT =
      new MissingPolicy(
          MissingPolicy.Numeric.MEAN,
          0,
          MissingPolicy.Categorical.CATEGORY,
          MissingPolicy.Label.ERROR);

  private static final String TABLE =
      "select id as x, id % 3 = 0 as member, cast(id / 7 as decimal(38,18)) as precise,"
          + " cast(id * 1.25 as decimal(7,2)) as price,"
          + " if(id % 10 = 4, null, date_add(date'2019-12-20', cast(id * 5 as int))) as day,"
          + " timestamp'2024-03-30 22:30:00Z' + make_interval(0,0,0,0,cast(id as int)) as at,"
          + " to_timestamp_ntz('2024-03-30 22:30:00')"
          + " + make_interval(0,0,0,0,cast(id as int)) as local,"
          + " if(id % 8 = 1, null, 'city ' || id % 6) as city,"
          + " exp(id / 9) as amount, id % 2 as label from range(80)";

  @Test
  void everyFormatGivesTheSameRows() {
    Dataset<Row> table = LocalSpark.session().sql(TABLE);
    String folder = temp.toString();
    table.write().parquet(folder + "/t.parquet");
    table.write().orc(folder + "/t.orc");
    table.write().option("ignoreNullFields", "false").json(folder + "/t.json");
    table.write().option("header", "true").csv(folder + "/t.csv");
    Map<String, String> found = new LinkedHashMap<>();
    for (String format : List.of("parquet", "orc", "json", "csv")) {
      PreparedData data =
          prepare(
              data()
                  .from(folder + "/t." + format)
                  .label("label")
                  // Spark sorts the columns of JSON.
                  .features("x", "member", "p*", "day", "at", "local", "city", "amount")
                  .missing(LENIENT)
                  .scaling(Scaling.QUANTILE_NORMAL)
                  .columnScaling("amount", Scaling.LOG)
                  .columnScaling("p*", Scaling.ROBUST));
      assertThat(kinds(data))
          .as(format)
          .containsEntry("day", ColumnKind.DATE)
          .containsEntry("at", ColumnKind.TIMESTAMP)
          .containsEntry("local", ColumnKind.TIMESTAMP)
          .containsEntry("city", ColumnKind.CATEGORICAL);
      found.put(format, data.preprocessing().statistics() + "\n" + rows(data, "train"));
    }
    assertThat(found.values()).allSatisfy(rows -> assertThat(rows).isEqualTo(found.get("parquet")));
  }

  /** A file of one partition, and rows in another order in many, which are one after the other. */
  @Test
  void partitionsAndOrderDoNotMatter() {
    Dataset<Row> table = LocalSpark.session().sql(TABLE);
    table.coalesce(1).write().parquet(temp + "/one");
    table.repartition(7).orderBy("amount").repartition(7).write().parquet(temp + "/seven");
    List<String> fitted = new ArrayList<>();
    for (String folder : List.of("one", "seven")) {
      PreparedData data =
          prepare(
              data()
                  .from(temp + "/" + folder)
                  .label("label")
                  .missing(LENIENT)
                  .scaling(Scaling.QUANTILE_NORMAL)
                  .categories(2, 1, 3));
      fitted.add(data.preprocessing().statistics() + "\n" + rows(data, "train"));
    }
    assertThat(fitted.get(1)).isEqualTo(fitted.get(0));
  }

  @Test
  void newRowsMayHaveNewCategoriesAndNumbersOutOfRange() {
    PreparedData trained =
        prepare(
            sql(TABLE)
                .label("label")
                .features("amount", "city", "day")
                .missing(LENIENT)
                .categories(3, 1, 2)
                .scaling(Scaling.QUANTILE_NORMAL));
    assertThat(trained.preprocessing().formatVersion())
        .isEqualTo(Preprocessing.WITHOUT_JOINED_TEXTS);
    String csv =
        csv("n", "city,amount,day,label", "nowhere,1e30,2100-01-01 00:00:00,1", "city 3,-5,,0");
    PreparedData applied =
        prepare(data().test(path(csv)).label("label"), Optional.of(trained.preprocessing()));
    List<PreparedRows.Stored> rows = rows(applied, "test");
    PreparedRows.Stored high = rows.stream().filter(r -> r.label() == 1).findFirst().orElseThrow();
    PreparedRows.Stored low = rows.stream().filter(r -> r.label() == 0).findFirst().orElseThrow();
    assertThat(high.features().get(0)).isCloseTo(5.199f, within(0.001f));
    assertThat(low.features().get(0)).isCloseTo(-5.199f, within(0.001f));
    assertThat(high.features().subList(1, 4)).as("no category of its own").containsOnly(0f);
    assertThat(high.features().subList(4, 6)).as("a bucket").containsOnlyOnce(1f);
    assertThat(high.features().get(7)).as("elapsed days").isCloseTo(5.199f, within(0.001f));
    assertThat(high.features()).hasSize(3 + 3 + 1 + 8 - 0);
  }

  @Test
  void tenThousandCategoriesKeepTheRowsNarrow() {
    String query =
        "select 'k' || floor(10000 * pow(id / 30000, 2)) as c, id % 2 as label from range(30000)";
    PreparedData data = prepare(sql(query).label("label").blocks(4));
    Preprocessing preprocessing = data.preprocessing();
    assertThat(preprocessing.inputWidth()).isEqualTo(256 + 64);
    assertThat(preprocessing.statistics().get(0).categories()).contains("k0", "k1").hasSize(256);
    assertThat(rows(data, "train").get(0).features()).containsOnlyOnce(1f).contains(0f);
  }

  @Test
  void anInstantHasTheTimeOfDayOfTheZone() {
    String query = "select timestamp'2024-03-31 00:30:00Z' as at, id as label from range(2)";
    float utc = hour(sql(query).time("UTC", TimePart.HOUR));
    float berlin = hour(sql(query).time("Europe/Berlin", TimePart.HOUR));
    assertThat(utc).isCloseTo((float) Math.sin(2 * Math.PI * 0.5 / 24), within(1e-6f));
    assertThat(berlin).isCloseTo((float) Math.sin(2 * Math.PI * 1.5 / 24), within(1e-6f));
    String local = "select '2024-03-31 00:30' as at, id as label from range(2)";
    assertThat(hour(sql(local).time("Europe/Berlin", TimePart.HOUR))).isEqualTo(utc);
  }

  private float hour(TestDataSettings settings) {
    return rows(prepare(settings.label("label")), "train").get(0).features().get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"date'9999-12-31'", "'9999-12-31'", "timestamp'9999-12-31 00:00:00Z'"})
  void aTimeThatStandsForMissingIsMissingInEveryType(String never) {
    String day =
        never.startsWith("'") ? "'2024-01-01'" : never.replaceAll("9999-12-31", "2024-01-01");
    PreparedData data =
        prepare(
            sql("select if(id = 1, " + never + ", " + day + ") as day, id as label from range(3)")
                .label("label")
                .missingValues("9999-12-31")
                .missing(LENIENT));
    assertThat(data.preprocessing().statistics().get(0).mean().get(1)).isEqualTo(2024.0);
    assertThat(rows(data, "train")).allSatisfy(r -> assertThat(r.features().get(1)).isZero());
  }

  @Test
  void columnsOfTextAreWhatTheirValuesAre() {
    String file =
        csv(
            "t",
            "n,flag,day,at,word,code,empty,label",
            40,
            i ->
                String.join(
                    ",",
                    i == 0 ? "" : "" + i / 4.0,
                    i % 2 == 0 ? "True" : "false",
                    "2024-01-" + (10 + i % 20),
                    i % 3 == 0 ? "2024-01-10" : "2024-01-10T10:00:00Z",
                    i == 5 ? "NaN" : "w" + i % 5,
                    "0" + i % 10 + "-x",
                    "",
                    "" + i % 2));
    PreparedData data =
        prepare(
            data()
                .from(file)
                .label("label")
                .missing(
                    new MissingPolicy(
                        MissingPolicy.Numeric.CONSTANT,
                        1,
                        MissingPolicy.Categorical.CATEGORY,
                        MissingPolicy.Label.ERROR)));
    assertThat(kinds(data).toString())
        .isEqualTo(
            "{n=NUMERIC, flag=NUMERIC, day=DATE, at=TIMESTAMP, word=CATEGORICAL, code=CATEGORICAL,"
                + " empty=NUMERIC}");
  }

  @Test
  void valuesThatDoNotFitTheirColumnAreNamed() {
    StrataException date =
        failure(data().from(csv("a", "d,label", "2024-01-31,a", "31.01.2024,b")).label("label"));
    assertThat(date).hasMessageContaining("column d holds something that is not a date");
    assertThat(date.found()).hasValue("31.01.2024");
    assertThat(date.expected().orElseThrow()).contains("data.missing-values", "data.categorical");
    StrataException number =
        failure(data().from(csv("b", "d,label", "2024-01-31,a", "7,b")).label("label"));
    assertThat(number).hasMessageContaining("column d holds text that is not a number");
    String late =
        csv(
            "c",
            "d,label",
            1400,
            i -> (i < 1200 ? "2024-01-31" : "2024-01-31T10:00") + "," + i % 2);
    StrataException time = failure(data().from(late).label("label"));
    assertThat(time).hasMessageContaining("column d holds a time of day, unlike the first rows");
    StrataException names =
        failure(data().from(csv("n", "n,label", 300, i -> "n" + i + "," + i % 2)).label("label"));
    assertThat(names).hasMessageContaining("column n has another text in every row");
    assertThat(names.expected().orElseThrow())
        .contains("data.id", "data.text.column", "data.categorical");
    PreparedData told =
        prepare(
            data()
                .from(csv("m", "n,label", 300, i -> "n" + i + "," + i % 2))
                .categorical("n")
                .label("label"));
    assertThat(told.preprocessing().inputWidth()).isEqualTo(320);
  }

  /** What DuckDB and PostgreSQL write for infinity: the greatest number of days or microseconds. */
  @Test
  void infiniteDatesAndTimesAreNoSizes() {
    for (String infinity :
        List.of("date_from_unix_date(2147483647)", "timestamp_micros(9223372036854775807)")) {
      String folder = temp.resolve(infinity.length() + ".parquet").toString();
      String query = "select if(id = 7, %s, null) as until, id % 2 as label from range(20)";
      String other = infinity.startsWith("date") ? "date'2024-01-31'" : "timestamp'2024-01-31'";
      LocalSpark.session()
          .sql(query.replace("%s", infinity).replace("null", other))
          .write()
          .parquet(folder);
      StrataException e = failure(data().from(folder).label("label"));
      assertThat(e.kind()).isEqualTo(FailureKind.DATA);
      assertThat(e).hasMessageContaining("column until holds a year beyond those of a calendar");
      assertThat(e.expected().orElseThrow()).contains("0000 to 9999", "data.sql");
    }
  }

  @Test
  void scalingsOfColumnsThatCannotHaveThemAreNamed() {
    String file = csv("t", "x1,x2,c,label", "1,2,u,a", "3,4,v,b");
    StrataException unknown =
        failure(data().from(file).label("label").columnScaling("x3", Scaling.LOG));
    assertThat(unknown.key()).hasValue("data.column-scaling");
    assertThat(unknown).hasMessageContaining("x3").hasMessageContaining("did you mean");
    StrataException text =
        failure(data().from(file).label("label").columnScaling("c", Scaling.LOG));
    assertThat(text.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(text).hasMessageContaining("column c has a scaling, but no numbers");
    StrataException twice =
        failure(
            data()
                .from(file)
                .label("label")
                .columnScaling("x*", Scaling.LOG)
                .columnScaling("*1", Scaling.ROBUST));
    assertThat(twice).hasMessageContaining("patterns give column x1 different scalings");
  }

  private static Map<String, ColumnKind> kinds(PreparedData data) {
    Map<String, ColumnKind> kinds = new LinkedHashMap<>();
    for (FeatureColumn feature : data.preprocessing().layout().features()) {
      kinds.put(feature.name(), feature.kind());
    }
    return kinds;
  }

  private static TestDataSettings sql(String query) {
    return data().from(source(null, null, null, query, null));
  }
}
