package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.source.HeaderNames;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Headers with empty, repeated and odd names. */
class HeaderNamesTest extends CsvFixture {
  @Test
  void eachColumnGetsANameOfItsOwn() {
    assertThat(HeaderNames.of(List.of("", "x", "y"), false)).containsExactly("_c0", "x", "y");
    assertThat(HeaderNames.of(List.of("k", "x", "x"), false)).containsExactly("k", "x1", "x2");
    assertThat(HeaderNames.of(List.of("ID", "id", "x"), false)).containsExactly("ID0", "id1", "x");
    assertThat(HeaderNames.of(List.of("ID", "id", "x"), true)).containsExactly("ID", "id", "x");
    assertThat(HeaderNames.of(List.of("x", "x", "x1"), false)).containsExactly("x0", "x1_1", "x1");
    assertThat(HeaderNames.of(List.of("", "_c0", ""), false))
        .containsExactly("_c0_0", "_c0", "_c2");
  }

  @Test
  void headersOfOtherProgramsAreRead() {
    assertThat(features(Cases.at("csv-header-names/pandas-index.csv")))
        .containsExactly("_c0", "x", "y");
    assertThat(features(Cases.at("csv-header-names/dup.csv"))).containsExactly("k", "x1", "x2");
    assertThat(features(Cases.at("csv-header-names/case.csv"))).containsExactly("ID0", "id1", "x");
  }

  @Test
  void whatWasRenamedIsTold() {
    List<String> notices = new ArrayList<>();
    DataSettings settings =
        data().from(Cases.at("csv-header-names/dup.csv")).label("label").build();
    new DataPreparer(LocalSpark.session(), notices::add)
        .prepare(settings, shards(), 1, 1, Optional.empty());
    assertThat(notices)
        .anyMatch(
            n ->
                n.contains("dup.csv")
                    && n.contains("column 1 (x) is named x1, column 2 (x) is named x2"));
  }

  @Test
  void namesWithDotsBlanksAndBackticks() throws IOException {
    String file = csv("odd", "a.b,a b,`t`,label", "1,2,3,p", "4,5,6,q");
    assertThat(features(file)).containsExactly("a.b", "a b", "`t`");
    SparkSession spark = LocalSpark.session();
    spark.read().option("header", "true").csv(file).write().parquet(temp.resolve("p").toString());
    PreparedData data =
        new DataPreparer(spark)
            .prepare(
                data().from(temp.resolve("p").toString()).format("parquet").label("label").build(),
                temp.resolve("s2").toString(),
                1,
                1,
                Optional.empty());
    assertThat(data.preprocessing().layout().features())
        .extracting(f -> f.name())
        .containsExactly("a.b", "a b", "`t`");
    Files.createDirectories(temp.resolve("f"));
    Files.writeString(temp.resolve("f/a.csv"), "a.b,`t`,label\n1,2,p\n");
    Files.writeString(temp.resolve("f/b.csv"), "`t`,label,a.b\n3,\"q\",4\n");
    PreparedData both =
        new DataPreparer(spark)
            .prepare(
                data().from(temp.resolve("f").toString()).label("label").build(),
                temp.resolve("s3").toString(),
                1,
                1,
                Optional.empty());
    assertThat(rows(both, "train"))
        .extracting(PreparedRows.Stored::features)
        .containsExactlyInAnyOrder(List.of(1f, 2f), List.of(4f, 3f));
  }

  @Test
  void moreColumnsThanSparkReads() {
    int width = 25_000;
    StringBuilder header = new StringBuilder("label");
    StringBuilder row = new StringBuilder("a");
    for (int i = 0; i < width; i++) {
      header.append(",g").append(i);
      row.append(',').append(i % 7);
    }
    DataSettings settings = data().from(csv("wide", header.toString(), row.toString())).build();
    assertThat(
            SourceReader.read(LocalSpark.session(), settings, settings.source())
                .select("g" + (width - 1))
                .first()
                .getString(0))
        .isEqualTo(Integer.toString((width - 1) % 7));
  }

  private List<String> features(String file) {
    PreparedData data =
        new DataPreparer(LocalSpark.session())
            .prepare(
                data().from(file).label("label").build(),
                temp.resolve("shards-" + Math.abs(file.hashCode())).toString(),
                1,
                1,
                Optional.empty());
    Map<String, Long> counts = data.counts();
    assertThat(counts.get("train")).isPositive();
    return data.preprocessing().layout().features().stream().map(f -> f.name()).toList();
  }
}
