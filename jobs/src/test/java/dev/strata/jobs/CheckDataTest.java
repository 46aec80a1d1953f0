package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code check} looks at the data, and finds what the job itself would find. */
class CheckDataTest {
  private static final String[] PRETRAIN = {
    "data.label=null", "network.layers=[]", "pretrain.layers=[{ units = 3 }]"
  };
  private static final String[] PAIRS = {
    "task.type=same-or-different",
    "data.label=null",
    "data.split={ by = group, column = kind }",
    "network.layers=[{ type = dense, units = 12, name = hidden }]"
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @Test
  void soundDataPassAndTheLookIsTold() {
    assertThat(bench.run("check", "out").expect(0).out())
        .contains("looked at data: columns and the 90 rows", "No problems found.");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void everyWrongColumnIsInOneReportAndInThatOfPrepare() {
    bench.write(
        "rows.csv", "row,day,city,size,x,kind\n0,2024-01-31,Bern,large,1,a\n1,soon,7,2,2,b\n");
    String[] settings = {
      "data.label=kinds",
      "data.weight=wight",
      "data.id=[row, rwo]",
      "data.exclude=[colour]",
      "data.split={ by = column, column = part }"
    };
    CommandResult checked = bench.run("check", "out", settings).expect(3);
    assertThat(checked.err())
        .contains(
            "8 problems",
            "no column kinds; did you mean kind? (key: data.label",
            "no column wight (key: data.weight",
            "no column rwo; did you mean row? (key: data.id",
            "no column colour (key: data.exclude",
            "no column part (key: data.split.column",
            "column day holds something that is not a date",
            "column city holds text that is not a number",
            "column size holds text that is not a number",
            "found: Bern",
            "data.categorical",
            "file: " + bench.path("rows.csv"))
        .doesNotContain("\tat ");
    assertThat(problems(bench.run("prepare", "out", settings).expect(3)))
        .isEqualTo(problems(checked));
  }

  @Test
  void typesThatCannotBeFeaturesAreAllNamed() {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> rows =
        spark.sql(
            "select id as x, date'2024-01-31' as day, timestamp'2024-01-31 12:00:00' as time,"
                + " named_struct('a', 1) as pair, map('a', 1) as table, array('a') as words,"
                + " array(array(1)) as nested, if(id < 2, 'a', 'b') as kind, timestamp'2024-01-31"
                + " 12:00:00' as seen from range(4)");
    rows.write().parquet(bench.path("rows.parquet"));
    String[] settings = {
      "data.path=" + bench.path("rows.parquet"), "data.id=[]", "data.categorical=[seen]"
    };
    CommandResult checked = bench.run("check", "out", settings).expect(2);
    assertThat(checked.err())
        .contains(
            "5 problems",
            "column pair is of type struct<a:int>",
            "column table is of type map<string,int>",
            "column words is of type array<string>",
            "column nested is of type array<array<int>>",
            "column seen is of type timestamp, which has no canonical text form");
    assertThat(problems(bench.run("prepare", "out", settings).expect(2)))
        .isEqualTo(problems(checked));
  }

  @Test
  void problemsOfKeysAndOfDataAreInOneReport() {
    assertThat(
            bench
                .run("check", "out", "data.label=kindd", "training.workers=0", "averaging.evry=3")
                .expect(2)
                .err())
        .contains("3 problems", "training.workers", "did you mean averaging.every?", "kindd");
  }

  @Test
  void everySourceIsLookedAt() {
    bench.write("a.csv", "row,x,y,knd\n0,1,2,a\n");
    bench.write("b.csv", "row,x,y,kind\n0,1,tall,a\n1,1,2,d\n");
    String[] settings = {
      "data.split={ validation = 0, test = 0 }",
      "data.validation.path=" + bench.path("a.csv"),
      "data.test.path=" + bench.path("b.csv"),
      "data.label-classes=[a, b, c]"
    };
    CommandResult checked = bench.run("check", "out", settings).expect(3);
    assertThat(checked.err())
        .contains(
            "3 problems",
            "no column kind; did you mean knd? (key: data.label",
            "file: " + bench.path("a.csv"),
            "column y holds text that is not a number",
            "tall",
            "label d in 1 row",
            bench.path("b.csv"));
    assertThat(problems(bench.run("prepare", "out", settings).expect(3)))
        .isEqualTo(problems(checked));
    String[] absent = {settings[0], "data.validation.path=none.csv", "data.test.path=no.csv"};
    assertThat(bench.run("check", "out", absent).expect(3).err())
        .contains("2 problems", "data.validation.path", "data.test.path");
  }

  @Test
  void classListsAreHeldAgainstTheRows() {
    assertThat(
            bench
                .run(
                    "check", "out", "data.label-classes=[a]", "data.class-weights={ z = 2, q = 1 }")
                .expect(2)
                .err())
        .contains(
            "2 problems",
            "2 labels are not among the classes",
            "label b in 30 rows, label c in 30 rows",
            "class weights have unknown classes",
            "q, z");
    assertThat(bench.run("check", "out", "data.where=\"kind = 'a'\"").expect(3).err())
        .contains("only one class");
    assertThat(bench.run("check", "out", "data.where=\"x > 1000.0\"").expect(3).err())
        .contains("data.where matches no rows");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "parquet", "orc"})
  void whatIsFarBehindIsNotReadAndMakesNoFalseAlarm(String format) {
    SparkSession spark = LocalSpark.session();
    // JSON has the field "late" in its last rows only, and every other format in all of them.
    spark
        .sql(
            "select id as row, double(id % 7) as x, if(id < 2000, null, 1.0) as late,"
                + " if(id = 1900, 'broken', '2') as y, if(id % 2 = 0, 'a', 'b') as kind"
                + " from range(2500)")
        .repartition(1)
        .sortWithinPartitions("row")
        .write()
        .format(format)
        .option("header", "true")
        .save(bench.path("many"));
    String[] settings = {
      "data.path=" + bench.path("many"), "data.format=" + format, "data.missing.numeric=mean"
    };
    assertThat(bench.run("check", "out", settings).expect(0).out())
        .contains("looked at data: columns and the first 1000 rows", "No problems found.");
    assertThat(bench.run("check", "out", with(settings, "data.features=[x, late]")).expect(0).out())
        .contains("No problems found.");
    assertThat(bench.run("prepare", "out", settings).expect(3).err()).contains("broken");
  }

  @Test
  void aQueryThatSumsIsNotRun() {
    LocalSpark.session().range(3000).createOrReplaceTempView("many_ids");
    String sums = "select id % 3 as kind, id % 7 as x, sum(id) as y from many_ids group by 1, 2";
    assertThat(bench.run("check", "out", query(sums), "data.id=[]").expect(0).out())
        .containsPattern("looked at data: columns\n");
    String plain = "select id % 3 as kind, id % 7 as x from many_ids";
    assertThat(bench.run("check", "out", query(plain), "data.id=[]").expect(0).out())
        .contains("looked at data: columns and the first 1000 rows");
    assertThat(bench.run("check", "out", query(sums), "data.label=k").expect(3).err())
        .contains("2 problems", "no column k", "no column row");
    assertThat(bench.run("check", "out", query("select nothing from many_ids")).expect(2).err())
        .contains("data.sql", "nothing");
  }

  @Test
  void linesOfLibsvmBehindTheFirstAreNotRead() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      text.append(i % 2).append(i == 1800 ? " 1:broken\n" : " 1:1 3:2\n");
    }
    bench.write("rows.libsvm", text.toString());
    String[] settings = {
      "data.path=" + bench.path("rows.libsvm"), "data.label=label", "data.id=[]"
    };
    assertThat(bench.run("check", "out", settings).expect(0).out())
        .contains("looked at data: columns and the first 1000 rows");
    assertThat(bench.run("prepare", "out", settings).expect(3).err()).contains("broken");
  }

  private static String query(String sql) {
    return "data={ path = null, sql = \"" + sql + "\" }";
  }

  @Test
  void namesOfColumnsAreCounted() {
    assertThat(bench.run("check", "out", "data.column-names=[a, b, kind]").expect(3).err())
        .contains("data.column-names", "4 columns", "3 columns");
    assertThat(
            bench
                .run(
                    "check",
                    "out",
                    "data.split={ validation = 0, test = 0 }",
                    "data.test={ path = \"" + bench.path("rows.csv") + "\", column-names = [a] }")
                .expect(3)
                .err())
        .contains("data.test.column-names", "4 columns", "1 columns");
  }

  @Test
  void jobsWithoutLabelsAreCheckedAsTheyRead() {
    assertThat(bench.run("check", "out", with(PRETRAIN, "data.weight=none")).expect(0).out())
        .contains("Columns of text read as categories: kind.");
    String[] sound = with(PRETRAIN, "data.exclude=[kind]", "data.scaling=min-max");
    bench.run("check", "out", sound).expect(0);
    assertThat(
            bench
                .run("check", "out", with(PAIRS, "data.group=knd", "data.features=[x, z]"))
                .expect(3)
                .err())
        .contains(
            "2 problems", "no column knd; did you mean kind? (key: data.group", "no column z");
    bench.run("check", "out", with(PAIRS, "data.group=kind")).expect(0);
    assertThat(
            bench
                .run(
                    "check",
                    "out",
                    "data.text.column=sentence",
                    "task={ type = max-margin, corruption = [{ type = replace-word }] }",
                    "network.layers=[{ type = embedding, units = 2 }, { type = pooling }]")
                .expect(3)
                .err())
        .contains("no column sentence (key: data.text.column");
  }

  @Test
  void rowsAreHeldAgainstTheModelThatTakesThem() {
    bench.write(
        "rows.csv",
        Workbench.rows(60).replaceAll("(?m)^(\\d+),", "$1,red,").replace("row,x", "row,hue,x"));
    bench.run("train", "model", "data.categorical=[hue]", "training.epochs=1").expect(0);
    String model = "model=" + bench.path("model");
    bench.write("new.csv", "row,hue,x,z,kind,new\n0,blue,1,2,d,u\n1,red,tall,2,a,v\n");
    String rows = "data.path=" + bench.path("new.csv");
    String none = "data.split={ validation = 0, test = 0 }";
    String layers = "extract.layers=[\"hidden-1\"]";

    assertThat(bench.run("check", "out", model, rows, none, layers).expect(3).err())
        .contains("no column y");
    assertThat(
            bench
                .run(
                    "check",
                    "out",
                    model,
                    rows,
                    layers,
                    "data.id=[rwo]",
                    "extract.partition-by=[p]")
                .expect(3)
                .err())
        .contains("3 problems", "no column y", "no column rwo", "no column p");
    assertThat(bench.run("check", "out", model, layers.replace("-1", "-7")).expect(2).err())
        .contains("extract.layers", "hidden-7");
    assertThat(
            bench
                .run(
                    "check",
                    "out",
                    model,
                    rows,
                    none,
                    "data.label=new",
                    "fine-tune.freeze=1",
                    "network.layers=[{ type = output }]",
                    "data.scaling=standard")
                .expect(2)
                .err())
        .contains("no column y", "data.scaling");

    bench.write("new.csv", "row,hue,x,y,kind,new\n0,blue,1,2,d,u\n1,red,tall,2,a,v\n");
    assertThat(bench.run("check", "out", model, rows, layers).expect(3).err())
        .contains(
            "2 problems",
            "column hue has a category that does not occur in the training rows",
            "blue",
            "column x holds text that is not a number");
    assertThat(bench.run("extract", "out", model, rows, layers, "data.label=null").expect(3).err())
        .containsAnyOf("blue", "tall");
    bench.write("new.csv", "row,hue,x,y,kind,new\n0,red,1,2,d,u\n1,red,1,2,a,v\n");
    assertThat(bench.run("check", "out", model, rows, none).expect(3).err())
        .contains("label d in 1 row", "a class of the model: a, b, c");
    bench.run("check", "out", model, rows, none, layers).expect(0);
    assertThat(bench.run("check", "out", "model=" + bench.path("nowhere"), rows).expect(3).err())
        .contains("no model", "nowhere");
  }

  private static String[] with(String[] settings, String... more) {
    return Stream.concat(Stream.of(settings), Stream.of(more)).toArray(String[]::new);
  }

  /** The lines of a report, without the name of the command. */
  private static List<String> problems(CommandResult result) {
    List<String> lines = new ArrayList<>();
    result
        .err()
        .lines()
        .map(String::strip)
        .filter(line -> line.contains("column ") && line.contains("found: "))
        .map(line -> line.replaceAll("; (found|expected|file|row|key): [^;)]*", ""))
        .map(line -> line.replaceAll("\\(.*", "").strip())
        .forEach(lines::add);
    return lines.stream().sorted().toList();
  }
}
