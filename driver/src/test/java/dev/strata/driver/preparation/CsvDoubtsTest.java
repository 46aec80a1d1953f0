package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What is said of CSV files that may mean something else than is read. */
class CsvDoubtsTest extends CsvFixture {
  private final List<String> notices = new ArrayList<>();

  @Test
  void anotherSeparatorIsNamed() {
    for (String separator : List.of(";", "|", "\t")) {
      rows(data().from(csv("s", "id" + separator + "x", "1" + separator + "2,5")));
      String name = separator.equals("\t") ? "\\t" : separator;
      assertThat(notices).singleElement().asString().contains("sep = \"" + name + "\"");
    }
    rows(data().from(csv("c", "id,x", "1,2")).option("sep", ";"));
    assertThat(notices).singleElement().asString().contains("data.options.sep = \",\"");
    rows(data().from(csv("one", "x", "1")));
    assertThat(notices).isEmpty();
  }

  @Test
  void aHeaderOfNumbersMayBeARow() {
    rows(data().from(csv("n", "0.5,2,1e3", "1,2,3")));
    assertThat(notices).singleElement().asString().contains("data.options.header = false");
    rows(data().from(csv("n", "0.5,2,1e3", "1,2,3")).option("header", "false"));
    assertThat(notices).isEmpty();
    // As pandas names the columns of an array.
    rows(data().from(csv("p", "0,1,2", "1,2,3")));
    assertThat(notices).isEmpty();
    rows(data().from(csv("y", "2019,2020,label", "1,2,3")));
    assertThat(notices).isEmpty();
  }

  @Test
  void quotesThatMakeNoSenseAreSaidWithTheRow() {
    List<Row> rows = rows(data().from(csv("q", "t,y", "\"5\" pipe\",1", "\"a \"\"b\"\"\",2")));
    assertThat(rows).extracting(r -> r.getString(0)).containsExactly("\"5\" pipe\"", "a \"b\"");
    assertThat(notices).singleElement().asString().contains("q.csv").contains("\"5\" pipe\",1");
    // As Python writes them with an escape character and without doubling.
    rows(data().from(csv("e", "t,y", "5\\\" pipe,1", "\"a, \\\"b\\\"\",2")));
    assertThat(notices).anyMatch(n -> n.contains("5\\\" pipe,1"));
    rows(data().from(csv("r", "t,y", "\"5 pipe\",1", "plain,2")));
    assertThat(notices).isEmpty();
  }

  @Test
  void patternsFindNamesOfSeveralLines() {
    assertThat(SourceColumns.matching(List.of("s*e", "*"), List.of("s\nline", "y"), List.of(), "k"))
        .containsExactly("s\nline", "y");
  }

  @Test
  void filesBelowTheFolderAreNamed() throws IOException {
    for (String format : List.of("csv", "json", "libsvm", "parquet", "orc")) {
      Path below = temp.resolve("nested-" + format + "/a");
      if (format.equals("parquet") || format.equals("orc")) {
        LocalSpark.session().range(4).repartition(2).write().format(format).save(below.toString());
      } else {
        Files.createDirectories(below);
        Files.writeString(below.resolve("a." + format), "{\"x\":1}\n");
      }
      StrataException e =
          catchThrowableOfType(
              () -> rows(data().from(below.getParent().toString()).format(format)),
              StrataException.class);
      assertThat(e).as(format).hasMessageContaining("recursiveFileLookup = true");
      assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    }
    Path csv = temp.resolve("nested-csv");
    assertThat(rows(data().from(csv + "/*").format("csv"))).isEmpty();
    rows(data().from(csv.toString()).format("csv").option("recursiveFileLookup", "true"));
  }

  private List<Row> rows(TestDataSettings settings) {
    DataSettings built = settings.build();
    notices.clear();
    return new SourceReader(LocalSpark.session(), built, Optional.empty(), notices::add)
        .read(built.source())
        .collectAsList();
  }
}
