package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job repeated after its data or its model have changed. */
class ChangedInputsTest {
  private static final String SHORT = "training.epochs=1";

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    bench.run("train", "model", SHORT).expect(0);
  }

  private static String rows(String file, int count) {
    bench.write(file, Workbench.rows(count));
    return "data.path=" + bench.path(file);
  }

  private static RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @Test
  void aFinishedTrainingIsRefused() throws IOException {
    String path = rows("finished.csv", 90);
    bench.run("train", "finished", path, SHORT).expect(0);
    assertThat(bench.run("train", "finished", path, SHORT).expect(0).err())
        .contains("This run is already finished");
    rows("finished.csv", 120);
    assertThat(bench.run("train", "finished", path, SHORT).expect(3).err())
        .contains("the data has changed since the finished run read it")
        .contains("data: replaced file:", "finished.csv", "--overwrite", "another output.dir");
    assertThat(folder.resolve("finished/result.json")).as("nothing is lost").exists();
    assertThat(bench.run("train", "finished", path, SHORT, "--overwrite").expect(0).err())
        .contains("Data: prepared in");
  }

  @Test
  void anUnfinishedTrainingIsRefusedOnceItHasTrained() throws IOException {
    String path = rows("unfinished.csv", 90);
    bench.run("train", "unfinished", path, SHORT).expect(0);
    Files.delete(folder.resolve("unfinished/result.json"));
    rows("unfinished.csv", 120);
    assertThat(bench.run("train", "unfinished", path, SHORT).expect(3).err())
        .contains("the data has changed since the unfinished run read it");

    bench.run("train", "begun", path, SHORT, "network.input=7").expect(2);
    rows("unfinished.csv", 90);
    bench.run("train", "begun", path, SHORT).expect(0);
    assertThat(bench.run("train", "begun", path, SHORT).expect(0).err())
        .contains("This run is already finished");
  }

  /** A view may change unseen, its rows not. */
  @Test
  void rowsOfWhatIsNoFileAreComparedAsTheyArePrepared() throws IOException {
    String sql = "data.path=null";
    String view = "data.sql=\"select * from changing\"";
    changing(90);
    bench.run("train", "view", sql, view, SHORT).expect(0);
    assertThat(bench.run("train", "view", sql, view, SHORT).expect(3).err())
        .contains("data: may have changed");
    Files.delete(folder.resolve("view/result.json"));
    bench.run("train", "view", sql, view, SHORT).expect(0);
    Files.delete(folder.resolve("view/result.json"));
    changing(120);
    assertThat(bench.run("train", "view", sql, view, SHORT).expect(3).err())
        .contains("the rows differ from those that this run was trained on");

    String model = "model=" + bench.path("model");
    String layers = "extract.layers=[output]";
    bench.run("extract", "of-view", sql, view, model, layers).expect(0);
    changing(30);
    assertThat(bench.run("extract", "of-view", sql, view, model, layers).expect(0).err())
        .contains("which Strata repeats: data: may have changed");
    assertThat(result("of-view").metrics().get("source")).containsEntry("rows", 30.0);
  }

  private static void changing(int count) {
    var rows = java.util.Arrays.asList(Workbench.rows(count).split("\n"));
    LocalSpark.session()
        .createDataset(rows, org.apache.spark.sql.Encoders.STRING())
        .selectExpr("split(value, ',') as c")
        .where("c[0] != 'row'")
        .selectExpr("c[0] as row", "c[1] as x", "c[2] as y", "trim(c[3]) as kind")
        .createOrReplaceTempView("changing");
  }

  @Test
  void evaluationAndPreparationAreDoneAgain() {
    String path = rows("measured.csv", 90);
    String model = "model=" + bench.path("model");
    String part = "evaluation.part=train";
    bench.run("evaluate", "measured", path, model, part).expect(0);
    bench.run("prepare", "prepared", path).expect(0);
    RunResult before = result("measured");
    rows("measured.csv", 120);
    assertThat(bench.run("evaluate", "measured", path, model, part).expect(0).err())
        .contains("which Strata repeats: data: replaced", "train 72 rows");
    assertThat(result("measured").metrics()).isNotEqualTo(before.metrics());
    assertThat(bench.run("prepare", "prepared", path).expect(0).err())
        .contains("which Strata repeats: data: replaced", "train 72 rows");
    assertThat(bench.run("prepare", "prepared", path).expect(0).err())
        .contains("This run is already finished");
  }

  @Test
  void aModelAtAPathThatHasBecomeAnother() {
    String path = rows("from.csv", 90);
    bench.run("train", "from", path, SHORT).expect(0);
    String model = "model=" + bench.path("from");
    String from = "init.from=" + bench.path("from");
    String layers = "extract.layers=[output]";
    bench.run("extract", "features", path, model, layers).expect(0);
    bench.run("train", "continued", path, from, SHORT).expect(0);
    bench.run("fine-tune", "tuned", path, model, SHORT, "network.layers=[]").expect(0);

    bench.run("train", "from", path, SHORT, "--overwrite").expect(0);
    for (String job : java.util.List.of("continued", "tuned")) {
      CommandResult same =
          job.equals("tuned")
              ? bench.run("fine-tune", job, path, model, SHORT, "network.layers=[]")
              : bench.run("train", job, path, from, SHORT);
      assertThat(same.expect(0).err())
          .as("the same model, saved at another time")
          .contains("This run is already finished");
    }

    bench.run("train", "from", path, SHORT, "seed=9", "--overwrite").expect(0);
    assertThat(bench.run("extract", "features", path, model, layers).expect(0).err())
        .contains("which Strata repeats: model: a different model in ");
    assertThat(result("features").modelSha256()).isEqualTo(result("from").modelSha256());
    assertThat(bench.run("train", "continued", path, from, SHORT).expect(2).err())
        .contains("the run was started with another model", "init.from: a different model in ");
    assertThat(
            bench
                .run("fine-tune", "tuned", path, model, SHORT, "network.layers=[]")
                .expect(2)
                .err())
        .contains("the run was started with another model");
  }

  /** Measures of parts that there are no more would be taken for those of the new run. */
  @Test
  void overwritingLeavesNoMeasuresOfTheRunBefore() {
    String path = rows("parts.csv", 90);
    bench.run("train", "parts", path, SHORT).expect(0);
    assertThat(folder.resolve("parts/evaluation-test.json")).exists();
    bench.run("train", "parts", path, SHORT, "data.split.test=0.0", "--overwrite").expect(0);
    assertThat(folder.resolve("parts/evaluation-test.json")).doesNotExist();
    assertThat(folder.resolve("parts/evaluation-validation.json")).exists();
  }

  @Test
  void aRunOfAnEarlierVersionIsTakenToBeTheSameAndSaysSo() throws IOException {
    String path = rows("old.csv", 90);
    bench.run("train", "old", path, SHORT).expect(0);
    Files.delete(folder.resolve("old/inputs.json"));
    assertThat(bench.run("train", "old", path, SHORT).expect(0).err())
        .contains("did not record its sources", "This run is already finished");
    assertThat(bench.run("train", "old", path, "training.epochs=2").expect(0).err())
        .as("by the model's provenance")
        .contains("training.epochs = 2 (was 1): continuing the finished training.");
  }
}
