package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** libsvm files, their widths, and lines that are none. */
class LibsvmTest extends CsvFixture {
  private static final String TRAIN = Cases.at("libsvm-narrower-test/train.svm");
  private static final String TEST = Cases.at("libsvm-narrower-test/test.svm");

  @Test
  void aNarrowerTestFileHasTheWidthOfTheTrainingRows() {
    PreparedData data = prepare(data().from(TRAIN).label("label").test(path(TEST)));
    assertThat(rows(data, "test")).allSatisfy(r -> assertThat(r.features()).hasSize(12));
    assertThat(rows(data, "test")).hasSize(lines(TEST));
    DataSettings alone = data().test(path(TEST)).label("label").build();
    PreparedData scored =
        new DataPreparer(LocalSpark.session())
            .prepare(
                alone, temp.resolve("scored").toString(), 1, 1, Optional.of(data.preprocessing()));
    assertThat(rows(scored, "test")).hasSize(lines(TEST));
  }

  @Test
  void aWiderTestFileIsRefusedWithBothWidths() {
    StrataException e = failure(data().from(TEST).label("label").test(path(TRAIN)));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("train.svm"));
    assertThat(e).hasMessageContaining("index 12, width 10").hasMessageContaining("1:0.5 12:0.25");
  }

  @Test
  void indicesFromZeroAreNamed() {
    StrataException e = failure(data().from(Cases.at("libsvm-from-zero/zero.svm")).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("zero.svm"));
    assertThat(e.row()).hasValueSatisfying(r -> assertThat(r).contains(" 0:0."));
    assertThat(e).hasMessageContaining("below 1").hasMessageContaining("indices from 1");
  }

  @Test
  void commentsBlankLinesTabsAndMarks() {
    List<Row> rows =
        read("\uFEFF# head\n+1 1:2 3:4 # tail\n\n  \n-1\t2:0.5\n0\n#1 9:9\n1 3:1e-3\n");
    assertThat(rows)
        .extracting(r -> r.get(0) + " " + r.get(1))
        .containsExactly(
            "1.0 (3,[0,2],[2.0,4.0])",
            "-1.0 (3,[1],[0.5])",
            "0.0 (3,[],[])",
            "1.0 (3,[2],[0.001])");
  }

  @ParameterizedTest
  @CsvSource({
    "1 2:1 1:1, are not ascending",
    "1 1:1 1:2, a repeated index",
    "1 qid:3 1:1, a query id",
    "'1,3 1:1', a label that is not a number",
    "1 a:1, not index:value",
    "1 5, not index:value",
    "1 1:x, a value that is not a number",
    "1 1:, a value that is not a number",
    "1 -1:3, below 1",
    "1 99999999999:3, above the width",
    "1 3.5:3, not index:value"
  })
  void linesThatAreNoneAreShown(String line, String what) {
    StrataException e =
        failure(data().from(write("bad.svm", "1 1:1 2:2\n" + line + "\n")).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining(what);
    assertThat(e.row()).hasValue(line);
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("bad.svm"));
  }

  @Test
  void theWidthThatIsAskedForHolds() {
    assertThat(prepare(data().from(TEST).option("numFeatures", "20").label("label")))
        .satisfies(d -> assertThat(d.preprocessing().inputWidth()).isEqualTo(20));
    StrataException e = failure(data().from(TEST).option("numFeatures", "7").label("label"));
    assertThat(e).hasMessageContaining("width 7").hasMessageContaining("numFeatures");
    assertThat(failure(data().from(TEST).option("numFeatures", "many")).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  private List<Row> read(String text) {
    DataSettings settings = data().from(write("t.svm", text)).build();
    return SourceReader.read(LocalSpark.session(), settings, settings.source()).collectAsList();
  }

  private static int lines(String file) {
    try {
      return Files.readAllLines(java.nio.file.Path.of(file)).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String write(String name, String text) {
    try {
      return Files.writeString(temp.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
