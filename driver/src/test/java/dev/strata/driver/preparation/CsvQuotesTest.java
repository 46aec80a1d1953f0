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
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotes and line breaks in quoted fields, as other programs write them, without an option. */
class CsvQuotesTest {
  @TempDir Path temp;
  private final List<String> notices = new ArrayList<>();

  @Test
  void doubledQuotesOfOtherPrograms() {
    assertThat(column(Cases.at("csv-doubled-quotes/goods.csv"), "item"))
        .contains("pipe, 5\" steel", "\"gold\" ring", "plain", "say \"\"hi\"\"")
        .noneMatch(item -> item.contains("\"\"\""));
    assertThat(column(Cases.at("csv-doubled-quotes/comma.csv"), "item"))
        .containsOnly("say \"hi\", then go");
  }

  @Test
  void lineBreaksInQuotedFields() {
    List<String> notes = column(Cases.at("csv-doubled-quotes/notes.csv"), "note");
    assertThat(notes).hasSize(60).containsOnly("line one\nline two", "short", "a, b\nc");
    assertThat(notices).anyMatch(n -> n.contains("notes.csv") && n.contains("line breaks"));
  }

  @Test
  void quotesThatSparkEscapes() {
    String file =
        write("s.csv", "t,y\n\"say \\\"hi\\\", go\",1\n\"C:\\\\dir, x\\\\\",2\nplain,3\n");
    assertThat(column(file, "t")).containsExactly("say \"hi\", go", "C:\\dir, x\\", "plain");
    assertThat(notices).anyMatch(n -> n.contains("s.csv") && n.contains("backslash"));
  }

  @Test
  void backslashesBesideDoubledQuotesStandForThemselves() {
    String file =
        write("w.csv", "t,y\n\"C:\\dir\\\",1\n\"a \"\"b\"\", \\\\srv\\x\",2\n\"\\\\\"\"\",3\n");
    assertThat(column(file, "t")).containsExactly("C:\\dir\\", "a \"b\", \\\\srv\\x", "\\\\\"");
    assertThat(column(write("l.csv", "t,y\n\"\\\\srv\\x, y\",1\n"), "t"))
        .containsExactly("\\\\srv\\x, y");
  }

  @Test
  void backslashesThatMayMeanBothAreRefusedWithTheRow() {
    String file = write("p.csv", "t,y\nplain,1\n\"a, \\\\\",2\n");
    StrataException e = failure(file);
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.key()).hasValue("data.options.escape");
    assertThat(e.row()).hasValue("\"a, \\\\\",2");
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("p.csv"));
    assertThat(column(data().from(file).option("escape", "\""), "t"))
        .containsExactly("plain", "a, \\\\");
    assertThat(column(data().from(file).option("escape", "\\"), "t"))
        .containsExactly("plain", "a, \\");
  }

  @Test
  void aFileOfTwoConventionsIsRefusedWithARowOfEach() {
    StrataException e =
        failure(write("m.csv", "t,y\n\"a \"\"b\"\", c\",1\n\"a \\\"b\\\", c\",2\n"));
    assertThat(e.key()).hasValue("data.options.escape");
    assertThat(e).hasMessageContaining("\"a \"\"b\"\", c\",1").hasMessageContaining("\\\"b\\\"");
  }

  @Test
  void filesOfOneFolderMayDiffer() throws IOException {
    Files.createDirectories(temp.resolve("f"));
    write("f/a.csv", "t,y\n\"a \"\"q\"\"\",1\nx,2\n");
    write("f/b.csv", "y,t\n3,\"b \\\"q\\\"\"\n4,\"two\nlines\"\n");
    write("f/c.csv", "t,y\nplain,5\n");
    List<Row> rows = rows(data().from(temp.resolve("f").toString()));
    assertThat(rows)
        .extracting(r -> r.getString(0) + "|" + r.getString(1))
        .containsExactlyInAnyOrder("a \"q\"|1", "x|2", "b \"q\"|3", "two\nlines|4", "plain|5");
  }

  @Test
  void columnsThatFoldersGiveStay() throws IOException {
    Files.createDirectories(temp.resolve("p/day=01"));
    Files.createDirectories(temp.resolve("p/day=b"));
    write("p/day=01/a.csv", "t,y\n\"a \"\"q\"\"\",1\n");
    write("p/day=b/b.csv", "t,y\n\"b \\\"q\\\"\",2\n");
    assertThat(rows(data().from(temp.resolve("p").toString())))
        .extracting(r -> r.getString(0) + "|" + r.getAs("day"))
        .containsExactlyInAnyOrder("a \"q\"|01", "b \"q\"|b");
  }

  @Test
  @Seeded(7)
  void everyFieldComesBackInEachConvention(Seed seed) throws IOException {
    Random random = seed.random();
    String[] parts = {"\"", "\\", ",", "\n", " ", "a", "é", "5\"", "\\\"", "\"\"", "'", "#"};
    List<String> texts = new ArrayList<>(List.of("C:\\x", "say \"hi\"", "x\ny"));
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder("t");
      for (int k = random.nextInt(5); k >= 0; k--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      texts.add(text.append(random.nextBoolean() ? "e" : "").toString());
    }
    check(texts, "doubled", text -> "\"" + text.replace("\"", "\"\"") + "\"");
    check(texts, "escaped", text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    texts.removeIf(text -> text.contains("\n"));
    check(texts, "one-line", text -> "\"" + text.replace("\"", "\"\"") + "\"");
    // Spark trims what it writes.
    texts.removeIf(text -> text.endsWith(" "));
    List<Row> rows = texts.stream().map(text -> RowFactory.create(text, 1)).toList();
    LocalSpark.session()
        .createDataFrame(
            rows, new StructType().add("t", DataTypes.StringType).add("y", DataTypes.IntegerType))
        .repartition(3)
        .write()
        .option("header", "true")
        .csv(temp.resolve("spark").toString());
    assertThat(column(data().from(temp.resolve("spark").toString()).format("csv"), "t"))
        .containsExactlyInAnyOrderElementsOf(texts);
  }

  private void check(List<String> texts, String name, UnaryOperator<String> quoted) {
    StringBuilder file = new StringBuilder("t,y\n");
    texts.forEach(text -> file.append(quoted.apply(text)).append(",1\n"));
    assertThat(column(write(name + ".csv", file.toString()), "t")).isEqualTo(texts);
  }

  @Test
  void otherSettingsOfTheReaderStay() throws IOException {
    String text = "t;y\n\"a; \"\"é\"\"\";1\nb;2\n";
    assertThat(column(data().from(gz("g.csv.gz", text)).option("sep", ";"), "t"))
        .containsExactly("a; \"é\"", "b");
    for (String charset : List.of("ISO-8859-1", "UTF-16", "UTF-16LE")) {
      Path file = temp.resolve(charset + ".csv");
      Files.write(file, text.getBytes(Charset.forName(charset)));
      assertThat(
              column(
                  data().from(file.toString()).option("sep", ";").option("encoding", charset), "t"))
          .as(charset)
          .containsExactly("a; \"é\"", "b");
    }
    String comments = write("c.csv", "# not \"\"a\"\" row\nt,y\n#\"x,\n\"a \"\"b\"\"\",1\n");
    assertThat(column(data().from(comments).option("comment", "#"), "t"))
        .containsExactly("a \"b\"");
    String single = write("q.csv", "t,y\n'it''s, \"so\"',1\n");
    assertThat(column(data().from(single).option("quote", "'"), "t"))
        .containsExactly("it's, \"so\"");
    String raw = write("r.csv", "t,y\n5\" pipe,1\n\"half,2\n");
    assertThat(column(data().from(raw).option("quote", ""), "t"))
        .containsExactly("5\" pipe", "\"half");
    String windows = write("x.csv", "t,y\r\n\"a\nb\",1\r\n\"c \"\"d\"\"\",2\r\n");
    assertThat(column(windows, "t")).containsExactly("a\nb", "c \"d\"");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstName() {
    assertThat(column(write("b.csv", "\uFEFFt,y\na,1\n"), "t")).containsExactly("a");
    assertThat(column(write("m.csv", "\uFEFFt,y\n\"a\nb\",1\n"), "t")).containsExactly("a\nb");
    assertThat(column(write("q.csv", "\uFEFF\"t\",\"y\"\n\"a \"\"b\"\"\",1\n"), "t"))
        .containsExactly("a \"b\"");
  }

  @Test
  void anOpenQuoteInOneRowDoesNotSwallowOthers() {
    String file = write("o.csv", "t,y\na,1\n\"half,2\nb,3\n\"c, d\",4\n");
    StrataException e = failure(data().from(file));
    assertThat(e.row()).hasValueSatisfying(r -> assertThat(r).contains("half,2"));
    assertThat(e).hasMessageContaining("2 fields").hasMessageContaining("data.options.multiLine");
  }

  @Test
  void lineBreaksAreReadWithTheOptionToo() {
    String notes = Cases.at("csv-doubled-quotes/notes.csv");
    assertThat(column(data().from(notes).option("multiLine", "true"), "note"))
        .isEqualTo(column(notes, "note"));
    StrataException e = failure(data().from(notes).option("multiLine", "false"));
    assertThat(e).hasMessageContaining("multiLine = true");
  }

  private StrataException failure(String file) {
    return failure(data().from(file));
  }

  private StrataException failure(TestDataSettings settings) {
    return catchThrowableOfType(
        () ->
            new DataPreparer(LocalSpark.session())
                .prepare(
                    settings.categorical("*").build(),
                    temp.resolve("shards").toString(),
                    1,
                    1,
                    Optional.empty()),
        StrataException.class);
  }

  private List<String> column(String file, String name) {
    return column(data().from(file), name);
  }

  private List<String> column(TestDataSettings settings, String name) {
    return rows(settings).stream().map(row -> row.<String>getAs(name)).toList();
  }

  private List<Row> rows(TestDataSettings settings) {
    DataSettings built = settings.build();
    notices.clear();
    List<Row> rows =
        new SourceReader(LocalSpark.session(), built, Optional.empty(), notices::add)
            .read(built.source())
            .collectAsList();
    assertThat(rows)
        .allSatisfy(r -> assertThat(r.<String>getAs(SourceReader.CORRUPT_RECORD)).isNull());
    return rows;
  }

  private String write(String name, String text) {
    try {
      return Files.writeString(temp.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String gz(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file.toString();
  }
}
