package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One value is one value, whatever format and spelling it comes in. */
class OneValueTest extends CsvFixture {
  private static final MissingPolicy CONSTANT =
      new MissingPolicy(
          MissingPolicy.Numeric.CONSTANT,
          -7,
          MissingPolicy.Categorical.CATEGORY,
          MissingPolicy.Label.ERROR);

  @ParameterizedTest
  @CsvSource({"rows.parquet, -999", "rows.csv, -999", "rows.parquet, -999.0", "rows.csv, -9.99e2"})
  void aMissingNumberIsFoundInEveryFormat(String file, String configured) {
    PreparedData data =
        prepare(
            data()
                .from(Cases.at("missing-number-other-text/" + file))
                .label("label")
                .features("x")
                .missingValues(configured)
                .missing(
                    new MissingPolicy(
                        MissingPolicy.Numeric.MEAN,
                        0,
                        MissingPolicy.Categorical.ERROR,
                        MissingPolicy.Label.ERROR)));
    ColumnStatistics x = data.preprocessing().statistics().get(0);
    assertThat(x.missing()).isEqualTo(10);
    assertThat(x.mean().get(0)).isCloseTo(9.83499, within(5e-6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'-999.5'",
        "' -9.995E2 '",
        "'-0999.50'",
        "-999.5D",
        "cast(-999.5 as float)",
        "cast(-999.5 as decimal(10,3))"
      })
  void aMissingNumberIsFoundInEveryType(String cell) {
    List<List<Float>> rows =
        features(
            "select id as x, if(id = 3, " + cell + ", cast(id as string)) as y from range(6)",
            "-999.50");
    assertThat(rows).contains(List.of(3f, -7f), List.of(2f, 2f)).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "array(-999.5D, id)",
        "array(cast(-999.5 as float), cast(id as float))",
        "array(cast(-999.5 as decimal(10,2)), cast(id as decimal(10,2)))"
      })
  void aMissingNumberIsFoundAmongNumbers(String cell) {
    List<List<Float>> rows = features("select " + cell + " as y from range(6)", "-9.995e2");
    assertThat(rows).contains(List.of(-7f, 3f)).hasSize(6);
  }

  @Test
  void aMissingZeroIsFoundInSparseVectorsAndATruthValueIsNoNumber() {
    List<List<Float>> rows = features("select array(0D, id, 1D) as y from range(2, 4)", "0.0");
    assertThat(rows).containsExactlyInAnyOrder(List.of(-7f, 2f, 1f), List.of(-7f, 3f, 1f));
    assertThat(features("select id as x, 'true' as y, id = 1 as z from range(2)", "1"))
        .containsExactlyInAnyOrder(List.of(0f, 1f, 0f), List.of(-7f, 1f, 1f));
    assertThat(features("select 'False' as y, id = 1 as z from range(2)", "FALSE"))
        .containsExactlyInAnyOrder(List.of(-7f, -7f), List.of(-7f, 1f));
  }

  @Test
  void truthValuesOfCsvAndParquetAreTheSameCategory() {
    PreparedData trained =
        prepare(
            data()
                .from(Cases.at("booleans-as-text/train.csv"))
                .label("churn")
                .categorical("member"));
    assertThat(trained.preprocessing().classes()).containsExactly("false", "true");
    assertThat(trained.preprocessing().statistics().get(0).categories())
        .containsExactly("false", "true");
    PreparedData applied =
        prepare(
            data().test(path(Cases.at("booleans-as-text/new.parquet"))).label("churn"),
            Optional.of(trained.preprocessing()));
    // Members churn above 50, others below.
    assertThat(rows(applied, "test"))
        .isNotEmpty()
        .allSatisfy(
            r -> {
              boolean member = r.features().get(1) == 1f;
              assertThat(r.label()).isEqualTo(member == r.features().get(2) > 50 ? 1 : 0);
            });
  }

  @Test
  void numbersAreTheSameCategoryWithExponentAndWithout() {
    List<String> categories = new ArrayList<>();
    for (String file : List.of("t.csv", "t.parquet")) {
      PreparedData data =
          prepare(
              data()
                  .from(Cases.at("categories-as-doubles/" + file))
                  .label("label")
                  .categorical("item"));
      categories.add(data.preprocessing().statistics().get(0).categories().toString());
    }
    assertThat(categories.get(0))
        .isEqualTo(categories.get(1))
        .contains("12345671")
        .doesNotContain("E");
    for (String file : List.of("train.csv", "sci.csv")) {
      PreparedData data =
          prepare(data().from(Cases.at("categories-as-doubles/" + file)).label("label"));
      assertThat(data.preprocessing().classes()).as(file).containsExactly("1", "2", "3");
    }
  }

  @Test
  void theConfigurationNamesValuesInAnyForm() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "x,p,label", 12, i -> i + "," + (i % 3) + ".0,1e" + i % 2))
                .label("label")
                .mapLabel("10.00", "TRUE")
                .labelClasses("True", "+1")
                .classWeights(new ClassWeights(false, Map.of("1.0", 3.0)))
                .features("x"));
    assertThat(data.preprocessing().classes()).containsExactly("true", "1");
    assertThat(rows(data, "train"))
        .allSatisfy(r -> assertThat(r.weight()).isEqualTo(r.label() == 1 ? 3f : 1f));
    StrataException twice =
        failure(
            data()
                .from(csv("u", "x,label", "1,a", "2,b"))
                .label("label")
                .mapLabel("1.0", "a")
                .mapLabel("1", "b"));
    assertThat(twice.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(twice.key()).hasValue("data.label-mapping");
  }

  @Test
  void mappedNumbersOfARegressionAreFoundInEveryType() {
    for (String label : List.of("'99.0'", "99", "99D")) {
      PreparedData data =
          prepare(
              sql("select id as x, if(id = 2, " + label + ", 1) as y from range(4)")
                  .labelValue("y")
                  .mapLabel("99", "5"));
      assertThat(rows(data, "train"))
          .allSatisfy(r -> assertThat(r.value()).isEqualTo(r.features().get(0) == 2 ? 5f : 1f));
    }
  }

  @Test
  void aModelOfAnEarlierVersionKeepsItsNamesAndFindsThem() {
    Preprocessing fitted =
        prepare(
                data()
                    .from(csv("t", "c,label", "5,true", "7,false", "12345671,true", "true,false"))
                    .label("label")
                    .categorical("c"))
            .preprocessing();
    assertThat(fitted.statistics().get(0).categories())
        .containsExactly("12345671", "5", "7", "true");
    Preprocessing old = renamed(fitted);
    PreparedData applied =
        prepare(
            data()
                .test(path(csv("n", "c,label", "5.0,TRUE", "12345671,False", "TRUE,False")))
                .label("label"),
            Optional.of(old));
    assertThat(applied.preprocessing().classes()).containsExactly("False", "True");
    assertThat(rows(applied, "test"))
        .extracting(r -> r.features().indexOf(1f) + ":" + r.label())
        .as("5 is found as 5, though 5.00 is first")
        .containsExactlyInAnyOrder("1:1", "2:0", "3:0");
  }

  /** The names of a version that took each text for itself: 5.00, 5, 1.2345671E7, True. */
  private static Preprocessing renamed(Preprocessing fitted) {
    ColumnStatistics c = fitted.statistics().get(0);
    ColumnStatistics names =
        new ColumnStatistics(
            c.missing(),
            c.mean(),
            c.deviation(),
            c.minimum(),
            c.maximum(),
            List.of("5.00", "5", "1.2345671E7", "True"),
            c.frequencies());
    return PreprocessingBuilder.builder(fitted)
        .statistics(List.of(names))
        .classes(List.of("False", "True"))
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  @Test
  void aDateIsTheSameCategoryInEveryFormatAndATimeIsRefused() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "select date_add(date'2024-01-30', cast(id as int)) as d, id as label from range(3)");
    table.write().parquet(temp.resolve("d.parquet").toString());
    table.write().option("header", "true").csv(temp.resolve("d.csv").toString());
    for (String file : List.of("d.parquet", "d.csv")) {
      PreparedData data =
          prepare(data().from(temp.resolve(file).toString()).label("label").categorical("d"));
      assertThat(data.preprocessing().statistics().get(0).categories())
          .containsExactly("2024-01-30", "2024-01-31", "2024-02-01");
    }
    for (String cell : List.of("timestamp'2024-01-31 12:00:00'", "binary('a')", "map('a', id)")) {
      StrataException refused =
          failure(
              sql("select id as x, id as label, " + cell + " as odd from range(3)")
                  .label("label")
                  .categorical("odd"));
      assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(refused).hasMessageContaining("column odd").hasMessageContaining("data.sql");
    }
  }

  @Test
  void infiniteTextsAreRefusedAsInfiniteNumbersAre() {
    for (String cell : List.of("'inf'", "'-Inf'", "'Infinity'", "double('inf')")) {
      StrataException refused =
          failure(sql("select " + cell + " as x, id as label from range(2)").label("label"));
      assertThat(refused.kind()).isEqualTo(FailureKind.DATA);
      assertThat(refused).hasMessageContaining("column x holds an infinite number");
    }
  }

  @Test
  void notANumberIsMissingAndTheTextIsShown() {
    for (String cell : List.of("'NaN'", "'nan'", "double('nan')")) {
      StrataException refused =
          failure(
              sql("select " + cell + " as c, id as label from range(2)")
                  .label("label")
                  .categorical("c"));
      assertThat(refused).hasMessageContaining("column c has a missing value");
      assertThat(refused.found().orElseThrow()).isEqualToIgnoringCase("nan");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lpad(1 + id % 12, 2, '0') || '.2022'", "(1 + id % 12) || '.2022'", "'122022'",
        "'2022.' || (1 + id % 12)", "(1 + id % 28) || '.12'", "(1 + id % 28) || '122022'",
        "12.2022D"
      })
  void timesThatMayBeDatesOrNumbersAreRefused(String time) {
    StrataException refused = failure(byTime(time));
    assertThat(refused.kind()).isEqualTo(FailureKind.DATA);
    assertThat(refused.key()).hasValue("data.split.column");
    assertThat(refused).hasMessageContaining("column at").hasMessageContaining("2024-01-31");
  }

  @Test
  void datesOfAnotherFormAreRefused() {
    assertThat(failure(byTime("'01.12.2022'"))).hasMessageContaining("column at");
    assertThat(failure(byTime("'12/2022'"))).hasMessageContaining("column at");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20221201 + id",
        "202201 + id",
        "2000 + id",
        "id * 0.37",
        "1643630400.5D + id",
        "if(id = 0, '12.2022', id)",
        "'2022-12-' || (10 + id)"
      })
  void numbersThatOrderLikeTimesAreTimes(String time) {
    assertThat(prepare(byTime(time)).counts()).containsEntry("train", 8L);
  }

  private static TestDataSettings byTime(String time) {
    return sql("select id as x, id % 2 as label, " + time + " as at from range(10)")
        .label("label")
        .splitBy(SplitSettings.By.TIME, "at", 0.2, 0);
  }

  private static TestDataSettings sql(String query) {
    return data().from(source(null, null, null, query, null));
  }

  private List<List<Float>> features(String query, String missing) {
    PreparedData data = prepare(sql(query).missingValues(missing).missing(CONSTANT));
    return rows(data, "train").stream().map(PreparedRows.Stored::features).toList();
  }
}
