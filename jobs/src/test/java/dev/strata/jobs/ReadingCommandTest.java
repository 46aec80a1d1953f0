package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes and messages of commands over sources that other programs wrote. */
class ReadingCommandTest {
  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @Test
  void aBadCastInTheConditionIsTheDatas() {
    bench.write("rows.csv", Workbench.rows(30) + "NA,1,1,a\n");
    LocalSpark.session().conf().set("spark.sql.ansi.enabled", "true");
    try {
      refused(
          bench.run("prepare", "out", "data.where=\"row >= 0\""), "'NA'", "row >= 0", "rows.csv");
    } finally {
      LocalSpark.session().conf().unset("spark.sql.ansi.enabled");
    }
  }

  @Test
  void whatTheFilesToldIsSaid() {
    bench.write("rows.csv", Workbench.rows(30).replaceAll("(?m),a$", ",\"a \\\\\"x\\\\\"\""));
    CommandResult escaped = bench.run("prepare", "escaped");
    assertThat(escaped.expect(0).err()).contains("rows.csv", "escaped by a backslash");
    bench.write("rows.csv", Workbench.rows(30).replaceAll("(?m),a$", ",\"a\nx\""));
    assertThat(bench.run("prepare", "lines").expect(0).err()).contains("contain line breaks");
  }

  @Test
  void typesThatDoNotGoTogetherAreCodeThree() {
    LocalSpark.session().sql("select 1 as x, 'a' as kind, 0 as row").write().parquet(at("t/day=1"));
    LocalSpark.session()
        .sql("select 't' as x, 'b' as kind, 1 as row")
        .write()
        .parquet(at("t/day=2"));
    refused(
        bench.run("prepare", "out", "data.path=" + at("t"), "data.format=parquet"),
        "column x",
        "day=1",
        "day=2");
  }

  @Test
  void libsvmFromZeroIsCodeThree() {
    bench.write("z.svm", "1 0:0.5 3:1\n0 1:2\n");
    refused(
        bench.run("prepare", "out", "data.path=" + at("z.svm"), "data.label=label", "data.id=[]"),
        "z.svm",
        "0:0.5",
        "indices from 1");
  }

  private String at(String name) {
    return bench.path(name);
  }

  private static void refused(CommandResult result, String... words) {
    assertThat(result.err()).contains(words).doesNotContain("\tat ");
    result.expect(3);
  }
}
