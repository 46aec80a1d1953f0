package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A scheduled scoring job: the same command day after day on the file that lies at the same path.
 * Each day the rows are those of the day's file and of the model that the alias stands for, or the
 * exit code says why not.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScoringWeekTest {
  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void twoModels() {
    bench = new Workbench(folder);
    bench.run("train", "first", "training.epochs=1").expect(0);
    bench.run("train", "second", "training.epochs=1", "seed=7").expect(0);
    models("publish", bench.path("first"), "--name", "kinds", "--alias", "production").expect(0);
    models("publish", bench.path("second"), "--name", "kinds").expect(0);
  }

  @Test
  @Order(1)
  void aFileIsScored() {
    score("1,-2,-1", "2,0,2", "3,2,-1").expect(0);
    assertScores("first", "1", "2", "3");
    assertThat(result().metrics().get("source"))
        .isEqualTo(counts(3, 3, 0))
        .containsEntry("written-rows", 3.0);
  }

  @Test
  @Order(2)
  void aReplacedFileIsScoredAgain() throws IOException {
    String before = runId();
    CommandResult replaced = score("4,-2,-1", "5,0,2").expect(0);
    assertThat(replaced.err())
        .contains("which Strata repeats: data: replaced file:", "day.csv")
        .doesNotContain("This run is already finished");
    assertScores("first", "4", "5");
    assertThat(result().metrics().get("source")).isEqualTo(counts(2, 2, 0));
    assertThat(runId()).isNotEqualTo(before);
    assertThat(Files.readString(folder.resolve("scores/report.html"))).contains(runId());
  }

  @Test
  @Order(3)
  void theSameFileIsNot() throws IOException {
    String files = files();
    CommandResult repeated = score().expect(0);
    assertThat(repeated.err()).contains("This run is already finished");
    assertThat(files()).isEqualTo(files);
    assertScores("first", "4", "5");
  }

  @Test
  @Order(4)
  void anEmptyFileIsAFailure() {
    String files = files();
    assertThat(score(new String[] {""}).expect(3).err()).contains("no rows", "day.csv");
    assertThat(files()).as("a failed extraction takes nothing away").isEqualTo(files);
    assertThat(folder.resolve("scores/result.json")).doesNotExist();
    assertThat(folder.resolve("scores/failure.json")).exists();
    assertThat(score().expect(3).err()).as("and stays one").contains("no rows");
  }

  @Test
  @Order(5)
  void brokenRowsAreSetAside() {
    score("6,-2,-1", "7,none,1", "8,2,-1").expect(0);
    assertScores("first", "6", "8");
    assertThat(ids("quarantine")).containsExactly("7");
    assertThat(result().metrics().get("source")).isEqualTo(counts(3, 2, 1));
    assertThat(folder.resolve("scores/failure.json")).doesNotExist();
  }

  @Test
  @Order(6)
  void theSameFileIsScoredByTheModelThatTheAliasStandsForNow() {
    models("promote", "zoo:kinds@2", "--alias", "production").expect(0);
    assertThat(score().expect(0).err()).contains("model: zoo:kinds@1 -> zoo:kinds@2");
    assertScores("second", "6", "8");
    assertThat(ids("quarantine")).containsExactly("7");
    assertThat(score().expect(0).err()).contains("This run is already finished");
  }

  @Test
  @Order(7)
  void aCrashLeavesNothingOfItsDay() throws IOException {
    score("9,-2,-1", "10,0,none").expect(0);
    // as a driver that was killed before its last file, its model being no longer the right one
    Files.delete(folder.resolve("scores/result.json"));
    models("promote", "zoo:kinds@1", "--alias", "production").expect(0);
    CommandResult next = score("11,0,2").expect(0);
    assertThat(next.err()).contains("which Strata repeats: data: replaced");
    assertScores("first", "11");
    assertThat(folder.resolve("scores/quarantine")).doesNotExist();
    assertThat(result().metrics().get("source")).isEqualTo(counts(1, 1, 0));
  }

  @Test
  @Order(8)
  void aFolderThatSaysNothingOfItsSourcesIsScoredAgain() throws IOException {
    Files.delete(folder.resolve("scores/inputs.json"));
    assertThat(score().expect(0).err()).contains("did not record its sources");
    assertThat(score().expect(0).err()).contains("This run is already finished");
    for (String text : List.of("null", "{", "{\"sources\":{\"data\":null}}", "[1]", "")) {
      Files.writeString(folder.resolve("scores/inputs.json"), text);
      assertThat(score().expect(0).err()).as(text).contains("did not record its sources");
    }
    assertScores("first", "11");
  }

  @Test
  @Order(9)
  void missingFeaturesAreExtractedAgain() throws IOException {
    for (org.apache.hadoop.fs.FileStatus file : listed("features")) {
      Files.delete(Path.of(file.getPath().toUri().getPath()));
    }
    assertThat(score().expect(0).err()).contains("its output is missing");
    assertScores("first", "11");
  }

  /** The day's job, on the day's rows; without rows the file stays as it is. */
  private static CommandResult score(String... rows) {
    if (rows.length > 0) {
      bench.write("day.csv", "row,x,y\n" + String.join("\n", rows));
    }
    return bench.run(
        "extract",
        "scores",
        "model=zoo:kinds@production",
        "zoo.path=" + bench.path("zoo"),
        "data.path=" + bench.path("day.csv"),
        "extract.layers=[output]",
        "extract.predictions=true",
        "extract.bad-rows=quarantine");
  }

  private static CommandResult models(String command, String... arguments) {
    List<String> all = new java.util.ArrayList<>(List.of("models", command));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--zoo", bench.path("zoo")));
    return CommandResult.of(all.toArray(String[]::new));
  }

  private static void assertScores(String model, String... rows) {
    assertThat(ids("features")).containsExactlyInAnyOrder(rows);
    String sha256 = run(model).result().orElseThrow().modelSha256();
    assertThat(read("features").schema().apply("output").metadata().getString("modelSha256"))
        .isEqualTo(sha256);
    assertThat(result().modelSha256()).isEqualTo(sha256);
  }

  private static Dataset<Row> read(String part) {
    return LocalSpark.session().read().parquet(bench.path("scores/" + part));
  }

  private static List<String> ids(String part) {
    return read(part).selectExpr("cast(row as string)").orderBy("row").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static Map<String, Double> counts(double read, double written, double quarantined) {
    return Map.of(
        "rows",
        read,
        "written-rows",
        written,
        "quarantined-rows",
        quarantined,
        "dropped-rows",
        0.0);
  }

  private static String files() {
    try {
      return listed("features").stream()
          .map(f -> f.getPath() + " " + f.getModificationTime())
          .toList()
          .toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<org.apache.hadoop.fs.FileStatus> listed(String part) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(bench.path("scores/" + part));
    return java.util.Arrays.stream(path.getFileSystem(new Configuration()).listStatus(path))
        .filter(f -> f.getPath().getName().endsWith(".parquet"))
        .toList();
  }

  private static RunFolder run(String output) {
    return RunFolder.of(new Configuration(), bench.path(output));
  }

  private static RunResult result() {
    return run("scores").result().orElseThrow();
  }

  private static String runId() {
    return run("scores").identity().orElseThrow().runId();
  }
}
