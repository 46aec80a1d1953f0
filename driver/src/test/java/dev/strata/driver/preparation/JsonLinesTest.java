package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** JSON values over several lines. */
class JsonLinesTest extends CsvFixture {
  @Test
  void anArrayOverSeveralLines() {
    String file = Cases.at("json-several-lines/pretty.json");
    List<Row> rows = read(data().from(file));
    assertThat(rows)
        .extracting(r -> r.<Long>getAs("id"))
        .contains(0L, 1L, 5L)
        .doesNotHaveDuplicates();
    assertThat(rows).isEqualTo(read(data().from(file).option("multiLine", "true")));
    StrataException e = failure(data().from(file).label("state").option("multiLine", "false"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("data.options.multiLine = true");
  }

  @Test
  void eachFormIsReadAsItIs() {
    assertThat(sums("lines.json", "{\"x\":1}\n{\"x\":2}\n")).isEqualTo(3);
    assertThat(sums("array.json", "[{\"x\":1},\n{\"x\":2}]\n")).isEqualTo(3);
    assertThat(sums("one.json", "{\n \"x\": 4\n}\n")).isEqualTo(4);
    assertThat(sums("row.json", "[{\"x\":1},{\"x\":2}]")).isEqualTo(3);
    assertThat(sums("blank.json", "\n".repeat(500_000) + "[\n{\"x\":1},\n{\"x\":2}]\n"))
        .isEqualTo(3);
    assertThat(sums("mark.json", "\uFEFF{\"x\":1}\n{\"x\":2}\n")).isEqualTo(3);
    assertThat(sums("marks.json", "\uFEFF[\n{\"x\":1},\n{\"x\":\"}\"},{\"x\":2}]\n")).isEqualTo(3);
  }

  @Test
  void aCharsetThatJavaDoesNotKnowIsNamed() {
    String file = write("lines.json", "{\"x\":1}\n");
    StrataException e = failure(data().from(file).label("x").option("encoding", "utf-88"));
    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(e.key()).contains("data.options.encoding");
    assertThat(e.found()).contains("utf-88");
  }

  @Test
  void filesOfOneFolderMayDiffer() throws IOException {
    Files.createDirectories(temp.resolve("f"));
    write("f/a.json", "{\"x\":1}\n{\"x\":2}\n");
    write("f/b.json", "[\n{\"x\":0.5, \"y\": \"t\"}\n]\n");
    assertThat(read(data().from(temp.resolve("f").toString())))
        .extracting(r -> r.getAs("x") + " " + r.getAs("y"))
        .containsExactlyInAnyOrder("1.0 null", "2.0 null", "0.5 t");
  }

  @Test
  void severalValuesOverSeveralLinesAreRefused() {
    String file = write("jq.json", "{\n \"x\": 1\n}\n{\n \"x\": 2\n}\n");
    StrataException e = failure(data().from(file));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("jq.json"));
    assertThat(e).hasMessageContaining("several values").hasMessageContaining("jq -c");
    // Spark would read the first line and nothing else.
    String lines = write("lines.json", "{\"x\":1}\n{\"x\":2}\n");
    assertThat(failure(data().from(lines).option("multiLine", "true")))
        .hasMessageContaining("multiLine = false");
  }

  @Test
  void whatIsNoJsonIsShown() {
    StrataException e = failure(data().from(write("n.json", "hello\nworld\n")));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("hello").hasMessageContaining("n.json");
    StrataException broken =
        failure(data().from(write("b.json", "{\"x\":1\n{\"x\":2}\n{\"x\":3}\n")));
    assertThat(broken.row()).hasValue("{\"x\":1");
    assertThat(broken).hasMessageContaining("one JSON object per line");
    StrataException empty = failure(data().from(write("e.json", "")));
    assertThat(empty.kind()).isEqualTo(FailureKind.DATA);
  }

  @Test
  void namesThatDifferInCaseOnlyAreNamed() {
    StrataException e = failure(data().from(write("c.json", "{\"X\":1,\"x\":2}\n")));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("`x`").hasMessageContaining("caseSensitive");
  }

  private double sums(String name, String text) {
    return read(data().from(write(name, text))).stream()
        .map(r -> String.valueOf(r.<Object>getAs("x")))
        .filter(x -> !x.equals("}"))
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  private static List<Row> read(TestDataSettings settings) {
    DataSettings built = settings.build();
    return SourceReader.read(LocalSpark.session(), built, built.source()).collectAsList();
  }

  private String write(String name, String text) {
    try {
      return Files.writeString(temp.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
