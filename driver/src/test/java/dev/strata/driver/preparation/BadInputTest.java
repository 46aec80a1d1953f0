package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What is wrong, where, what was found and what was expected. */
class BadInputTest extends CsvFixture {
  @Test
  void missingFile() {
    StrataException e = failure(labelled(temp.resolve("none.csv").toString()));
    assertData(e, "not found");
    assertThat(e.key()).hasValue("data.path");
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).contains("none.csv"));
  }

  @Test
  void emptyFileAndHeaderOnlyAndEmptyFolder() throws IOException {
    assertData(failure(labelled(csv("header", "x,label"))), "the data has no rows");
    Files.writeString(temp.resolve("empty.csv"), "");
    assertData(failure(labelled(temp.resolve("empty.csv").toString())), "the file is empty");
    Files.createDirectory(temp.resolve("folder"));
    assertData(failure(labelled(temp.resolve("folder").toString())), "holds no files");
  }

  @Test
  void aFormatThatNobodyNames() throws IOException {
    Files.writeString(temp.resolve("table.dat"), "1,2\n");
    StrataException e = failure(labelled(temp.resolve("table.dat").toString()));
    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(e.key()).hasValue("data.format");
    StrataException unknown =
        failure(labelled(temp.resolve("table.dat").toString()).format("parkett"));
    assertThat(unknown.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(unknown).hasMessageContaining("parkett");
  }

  @Test
  void aHeaderThatLacksTheColumn() {
    String file = csv("t", "age,work-class,label", "1,a,b", "2,c,d");
    assertData(failure(data().from(file).label("labels")), "no column labels; did you mean label?");
    StrataException feature = failure(labelled(file).features("age", "workclass"));
    assertData(feature, "no column workclass; did you mean work-class?");
    assertThat(feature.key()).hasValue("data.features");
    assertData(failure(labelled(file).weight("w")), "no column w");
    assertData(failure(labelled(file).exclude("ages")), "no column ages");
    assertData(failure(labelled(file).id("key")), "no column key");
    assertData(
        failure(labelled(file).splitBy(SplitSettings.By.GROUP, "subject", 0, 0.1)),
        "no column subject");
    StrataException test =
        failure(
            labelled(csv("ok", "x,label", "1,a", "2,b")).test(path(csv("u", "y,label", "1,a"))));
    assertData(test, "no column x");
  }

  @Test
  void filesOfOneSourceWithOtherHeaders() throws IOException {
    Files.createDirectory(temp.resolve("many"));
    Files.writeString(temp.resolve("many/a.csv"), "x,label\n1,a\n2,b\n");
    Files.writeString(temp.resolve("many/b.csv"), "label,y\na,1\nb,2\n");
    StrataException e = failure(labelled(temp.resolve("many").toString()));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e)
        .hasMessageContaining("different headers")
        .hasMessageContaining("b.csv")
        .hasMessageContaining("no column x; also y");
    Files.writeString(temp.resolve("many/b.csv"), "label,x\na,1\nb,2\n");
    assertThat(rows(prepare(labelled(temp.resolve("many").toString())), "train"))
        .extracting(PreparedRows.Stored::features)
        .containsExactlyInAnyOrder(List.of(1f), List.of(2f), List.of(1f), List.of(2f));
  }

  @Test
  void missingNumberNamesColumnRowAndFile() {
    for (String missing : List.of("", "NaN", "?")) {
      StrataException e =
          failure(
              labelled(csv("t", "x,y,label", "1,2,a", "3," + missing + ",b")).missingValues("?"));
      assertData(e, "column y has a missing value");
      assertThat(e.key()).hasValue("data.missing.numeric");
      assertThat(e.row()).hasValueSatisfying(r -> assertThat(r).startsWith("3, "));
      assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("t.csv"));
    }
  }

  @Test
  void missingCategoryAndLabel() {
    String file = csv("t", "c,label", "u,a", "v,b", ",a");
    assertThat(failure(labelled(file).categorical("c")).key()).hasValue("data.missing.categorical");
    StrataException label = failure(labelled(csv("u", "x,label", "1,a", "2,b", "3,")));
    assertThat(label.key()).hasValue("data.missing.label");
  }

  @Test
  void everyRowDropped() {
    MissingPolicy drop =
        new MissingPolicy(
            MissingPolicy.Numeric.DROP,
            0,
            MissingPolicy.Categorical.ERROR,
            MissingPolicy.Label.DROP);
    assertData(
        failure(labelled(csv("t", "x,label", ",a", ",b")).missing(drop)), "the data has no rows");
  }

  @Test
  void aColumnWithoutAnyValue() {
    MissingPolicy mean =
        new MissingPolicy(
            MissingPolicy.Numeric.MEAN,
            0,
            MissingPolicy.Categorical.ERROR,
            MissingPolicy.Label.ERROR);
    assertData(
        failure(labelled(csv("t", "x,y,label", "1,,a", "2,,b")).missing(mean)),
        "column y has no value in any training row");
  }

  @Test
  void textThatIsNoNumber() {
    StrataException e = failure(labelled(csv("t", "x,label", "1,a", "many,b")));
    assertData(e, "column x holds text that is not a number");
    assertThat(e.found()).hasValue("many");
    assertThat(e.expected())
        .hasValueSatisfying(text -> assertThat(text).contains("data.categorical"));
  }

  @Test
  void raggedRows() {
    for (String row : List.of("5", "5,6,a,7")) {
      StrataException e = failure(labelled(csv("t", "x,y,label", "1,2,a", row, "3,4,b")));
      assertData(e, "the wrong number of fields");
      assertThat(e.row()).hasValue(row);
      assertThat(e.expected()).hasValue("3 fields");
      assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("t.csv"));
      // Only the chosen columns are asked for, and the row is still found.
      assertData(
          failure(labelled(csv("u", "x,y,label", "1,2,a", row, "3,4,b")).features("x")),
          "the wrong number of fields");
    }
  }

  @Test
  void malformedJson() throws IOException {
    Files.writeString(
        temp.resolve("t.json"),
        "{\"x\":1,\"label\":\"a\"}\n{\"x\":2,\n{\"x\":3,\"label\":\"b\"}\n");
    StrataException e = failure(labelled(temp.resolve("t.json").toString()));
    assertData(e, "cannot be parsed");
  }

  @Test
  void aFileThatIsNoParquet() throws IOException {
    Files.writeString(temp.resolve("t.parquet"), "this is not a Parquet file at all");
    assertData(failure(labelled(temp.resolve("t.parquet").toString())), "Spark cannot read");
  }

  @Test
  void truncatedIdxAndLabelsThatDoNotFit() throws IOException {
    byte[] images = ByteBuffer.allocate(24).putInt(0x803).putInt(2).putInt(2).putInt(2).array();
    Files.write(temp.resolve("i-idx3-ubyte"), images);
    byte[] labels = ByteBuffer.allocate(11).putInt(0x801).putInt(3).array();
    Files.write(temp.resolve("l-idx1-ubyte"), labels);
    StrataException e = failure(idx("i-idx3-ubyte", "l-idx1-ubyte"));
    assertData(e, "labels do not match the images");
    assertThat(e.key()).hasValue("data.labels-path");
    Files.write(temp.resolve("s-idx3-ubyte"), Arrays.copyOf(images, 20));
    assertData(failure(idx("s-idx3-ubyte", null)), "truncated");
    assertData(failure(idx("i-idx3-ubyte", null).label("label")), "no column label");
  }

  @Test
  void labelsOutsideTheClasses() {
    StrataException e =
        failure(labelled(csv("t", "x,label", "1,a", "2,b", "3,c")).labelClasses("a", "b"));
    assertData(e, "a label is not among the classes");
    assertThat(e.found()).hasValue("label c in 1 row");
    assertData(
        failure(labelled(csv("u", "x,label", "1,a", "2,b")).test(path(csv("v", "x,label", "1,c")))),
        "a label is not among the classes");
    assertData(failure(labelled(csv("w", "x,label", "1,a", "2,a"))), "only one class");
    assertThat(failure(labelled(csv("z", "x,label", "1,a", "2,b")).labelClasses("a", "a")).key())
        .hasValue("data.label-classes");
  }

  @Test
  void unseenCategoryInTestRows() {
    StrataException e =
        failure(
            labelled(csv("t", "c,label", "u,a", "v,b"))
                .categorical("c")
                .test(path(csv("s", "c,label", "w,a"))));
    assertData(e, "column c has a category that does not occur in the training rows");
    assertThat(e.found()).hasValue("w");
  }

  @Test
  void weightsThatCannotBe() {
    StrataException e = failure(labelled(csv("t", "x,w,label", "1,1,a", "2,0,b")).weight("w"));
    assertData(e, "column w holds an invalid weight");
    StrataException unknown =
        failure(
            labelled(csv("u", "x,label", "1,a", "2,b"))
                .classWeights(new ClassWeights(false, Map.of("z", 2.0))));
    assertThat(unknown.key()).hasValue("data.class-weights");
    assertThat(unknown.kind()).isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void splitsThatLeaveNothingToTrainOn() {
    StrataException e =
        failure(
            labelled(csv("t", "x,g,label", "1,s,a", "2,s,b"))
                .splitBy(SplitSettings.By.GROUP, "g", 0, 0.6));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    StrataException part =
        failure(
            labelled(csv("u", "x,part,label", "1,train,a", "2,later,b"))
                .splitBy(SplitSettings.By.COLUMN, "part", 0, 0));
    assertData(part, "does not say to which split");
    assertThat(part.found()).hasValue("later");
    StrataException mixed =
        failure(
            labelled(csv("v", "x,at,label", "1,5,a", "2,2024-01-01,b"))
                .splitBy(SplitSettings.By.TIME, "at", 0, 0.5));
    assertData(mixed, "mixes numbers with dates");
    StrataException time =
        failure(
            labelled(csv("w", "x,at,label", "1,soon,a", "2,later,b"))
                .splitBy(SplitSettings.By.TIME, "at", 0, 0.5));
    assertData(time, "does not say to which split");
  }

  @Test
  void sparseVectorsTooWide() {
    LocalSpark.session()
        .createDataFrame(
            List.of(
                RowFactory.create(Vectors.sparse(100, new int[] {3}, new double[] {1}), "a"),
                RowFactory.create(Vectors.sparse(100, new int[] {4}, new double[] {1}), "b")),
            new StructType().add("v", SQLDataTypes.VectorType()).add("label", DataTypes.StringType))
        .write()
        .parquet(temp.resolve("v.parquet").toString());
    StrataException e = failure(labelled(temp.resolve("v.parquet").toString()).densifyLimit(99));
    assertData(e, "too wide");
    assertThat(e.key()).hasValue("data.densify-limit");
  }

  @Test
  void columnsThatCannotBeFeatures() {
    LocalSpark.session()
        .sql("select map('a', id) as t, id as label from range(2)")
        .write()
        .parquet(temp.resolve("t.parquet").toString());
    StrataException e = failure(labelled(temp.resolve("t.parquet").toString()));
    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(e).hasMessageContaining("column t is of type map");
    StrataException label =
        failure(labelled(csv("u", "x,label", "1,a", "2,b")).features("x", "label"));
    assertThat(label.key()).hasValue("data.features");
  }

  @Test
  void sqlThatSparkRefuses() {
    String file = csv("t", "x,label", "1,a", "2,b");
    StrataException where = failure(data().from(source(file, null, null, null, "y > 3")));
    assertThat(where.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(where.key()).hasValue("data.where");
    assertThat(failure(data().from(source(null, null, null, "selekt 1", null))).key())
        .hasValue("data.sql");
    assertThat(failure(data().from(source(null, null, "no_such_table", null, null))).key())
        .hasValue("data.table");
    assertThat(failure(data()).key()).hasValue("data.path");
  }

  @Test
  void aFolderThatHoldsSomethingElseIsLeftAlone() throws IOException {
    Files.createDirectory(temp.resolve("shards"));
    Files.createDirectory(temp.resolve("shards/train"));
    Files.writeString(temp.resolve("shards/train/mine.csv"), "1\n");
    StrataException e = failure(labelled(csv("t", "x,label", "1,a", "2,b")));
    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(e.key()).hasValue("data.shards");
    assertThat(temp.resolve("shards/train/mine.csv")).exists();
  }

  @Test
  void aFileInThePlaceOfTheFolder() throws IOException {
    Files.writeString(temp.resolve("file"), "1\n");
    DataSettings settings = labelled(csv("t", "x,label", "1,a", "2,b")).build();
    assertThatThrownBy(
            () ->
                new DataPreparer(LocalSpark.session())
                    .prepare(
                        settings, temp.resolve("file/shards").toString(), 2, 1, Optional.empty()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).hasValue("data.shards");
            });
  }

  private static TestDataSettings labelled(String path) {
    return data().from(path).label("label");
  }

  private TestDataSettings idx(String images, String labels) {
    return data()
        .from(
            source(
                temp.resolve(images).toString(),
                labels == null ? null : temp.resolve(labels).toString(),
                null,
                null,
                null));
  }

  private static void assertData(StrataException e, String message) {
    assertThat(e).hasMessageContaining(message);
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
  }
}
