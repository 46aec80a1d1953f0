package dev.strata.driver.features;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** What happens to rows that the model cannot take. */
class FeatureQuarantineTest extends ExtractFixture {
  private static final ExtractSettings QUARANTINE =
      settings(List.of("output"), ColumnType.ARRAY, false, BadRows.QUARANTINE);

  @Test
  void badRowsAreWrittenElsewhereWithTheReason() {
    String source =
        csv(
            "a.csv",
            HEADER,
            "1,2,3,red",
            "2,2,3,blue",
            "3,a,3,red",
            "4,5",
            "5,,3,red",
            "6,1,1,green");
    ExtractResult result = extract(rows(source), bundle(DROP), QUARANTINE);
    assertThat(result.sourceRows()).isEqualTo(6);
    assertThat(result.rows()).isEqualTo(2);
    assertThat(result.droppedRows()).isEqualTo(1);
    assertThat(result.quarantinedRows()).isEqualTo(3);
    List<Row> bad =
        SPARK
            .read()
            .parquet(at("out/quarantine"))
            .select("row", "x", Quarantine.REASON, Quarantine.FILE)
            .orderBy("row")
            .collectAsList();
    assertThat(bad).hasSize(3);
    assertThat(bad.get(0).getString(2)).contains("colour", "blue");
    assertThat(bad.get(1).getString(1)).isEqualTo("a");
    assertThat(bad.get(1).getString(2)).contains("column x", "not a number", "found: a");
    assertThat(bad.get(2).getString(2)).contains("the wrong number of fields");
    assertThat(bad).allSatisfy(row -> assertThat(row.getString(3)).endsWith("a.csv"));

    extract(rows(csv("b.csv", HEADER, "1,2,3,red")), bundle(DROP), QUARANTINE);
    assertThat(temp.resolve("out/quarantine")).as("of the rows before").doesNotExist();
  }

  @Test
  void badImagesAreWrittenElsewhereByPathEntryAndReason() throws IOException {
    Path photos = Files.createDirectories(temp.resolve("photos"));
    String header = "P5 2 2 255\n";
    for (int i = 0; i < 3; i++) {
      Files.writeString(photos.resolve(i + ".pgm"), header + "abc" + i);
    }
    Files.writeString(photos.resolve("short.pgm"), header + "abc");
    // As many pixels; the first of all.
    Files.writeString(photos.resolve("+wide.pgm"), "P5 4 1 255\nabcd");
    Files.writeString(photos.resolve("text.png"), "no image");
    Files.writeString(photos.resolve("moving.gif"), "GIF89a");
    Path zip = temp.resolve("photos/more.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : List.of("a/good.pgm", "a/bad.pgm")) {
        out.putNextEntry(new ZipEntry(name));
        out.write((header + (name.contains("bad") ? "" : "abcd")).getBytes(StandardCharsets.UTF_8));
      }
    }
    TestDataSettings source = data().from(photos.toString()).format("images").id("name");
    ModelBundle bundle = bundle(NETWORK, images());
    assertThat(failure(source, bundle, layers("output")).kind()).isEqualTo(FailureKind.DATA);

    ExtractResult result = extract(source, bundle, QUARANTINE);
    assertThat(result.sourceRows()).isEqualTo(9);
    assertThat(result.rows()).isEqualTo(4);
    assertThat(result.quarantinedRows()).isEqualTo(5);
    assertThat(features().count()).isEqualTo(4);
    Map<String, String> bad = new TreeMap<>();
    for (Row row :
        SPARK
            .read()
            .parquet(at("out/quarantine"))
            .select("name", "path", Quarantine.REASON, Quarantine.FILE)
            .collectAsList()) {
      assertThat(row.getString(3)).isEqualTo(row.getString(1)).endsWith(row.getString(0));
      bad.put(row.getString(1).replaceFirst(".*/photos/", ""), row.getString(2));
    }
    assertThat(bad)
        .containsOnlyKeys(
            "more.zip!/a/bad.pgm", "moving.gif", "short.pgm", "text.png", "+wide.pgm");
    assertThat(bad.get("more.zip!/a/bad.pgm")).contains("not a readable image", "the end of");
    assertThat(bad.get("moving.gif")).contains("unsupported image type", "gif");
    assertThat(bad.get("text.png")).contains("starts with");
    assertThat(bad.get("+wide.pgm")).contains("differs in size from the model's", "1 × 4", "2 × 2");
  }

  @Test
  void quarantinedRowsAreASourceLikeAnyOther() {
    extract(
        rows(csv("a.csv", HEADER, "1,2,3,red", "2,2,3,blue", "3,a,3,red")),
        bundle(DROP),
        QUARANTINE);
    Dataset<Row> bad = SPARK.read().parquet(at("out/quarantine"));
    bad.filter("row = 3")
        .withColumn("x", functions.lit("1"))
        .union(bad.filter("row = 2"))
        .write()
        .parquet(at("mended"));

    ExtractResult result = extract(data().from(at("mended")).id("row"), bundle(DROP), QUARANTINE);
    assertThat(result.rows()).isEqualTo(1);
    Dataset<Row> still = SPARK.read().parquet(at("out/quarantine"));
    assertThat(still.columns()).containsExactly(bad.columns());
    Row row = still.collectAsList().get(0);
    assertThat(row.<String>getAs(Quarantine.REASON)).contains("colour", "blue");
    assertThat(row.<String>getAs(Quarantine.FILE)).contains("mended");
  }

  @Test
  void aFailureAfterTheFeaturesAreWrittenLeavesThoseBefore() throws IOException {
    extract(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle(DROP), QUARANTINE);
    Files.createDirectories(temp.resolve("out"));
    Files.writeString(temp.resolve("out/quarantine"), "in the way");
    assertThatThrownBy(
            () ->
                extract(
                    rows(csv("b.csv", HEADER, "7,2,3,red", "8,2,3,blue")),
                    bundle(DROP),
                    QUARANTINE))
        .isNotNull();
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void nothingIsLeftWhereEveryRowIsRefused() {
    StrataException thrown =
        failure(rows(csv("a.csv", HEADER, "1,2,3,blue", "2,,3,red")), bundle(DROP), QUARANTINE);
    assertThat(thrown).hasMessageContaining("1 of them dropped").hasMessageContaining("1 rejected");
  }
}
