package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A first attempt that failed before it made anything is mended and repeated, without {@code
 * --overwrite}, for every job; settings bind once there is a checkpoint.
 */
class MendedAttemptTest {
  private static final String SEPARATED = "data.options.sep=\";\"";

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModelAndRowsWithSemicolons() {
    bench = new Workbench(folder);
    bench.run("train", "model").expect(0);
    bench.write("semicolons.csv", Workbench.rows(90).replace(',', ';'));
  }

  @Test
  void prepare() throws IOException {
    mended("prepare");
  }

  @Test
  void train() throws IOException {
    mended("train");
  }

  @Test
  void pretrain() throws IOException {
    mended("pretrain", "pretrain.layers=[{units=3}]", "data.scaling=min-max");
  }

  @Test
  void pretrainAuxiliary() throws IOException {
    mended(
        "pretrain-auxiliary",
        "network.layers=[{ type = dense, units = 4, activation = tanh }]",
        "task.type=max-margin",
        "task.corruption=[{ type = replace-column, count = 1 }]");
  }

  @Test
  void fineTune() throws IOException {
    mended("fine-tune", "model=" + bench.path("model"), "network.layers=[]");
  }

  @Test
  void evaluate() throws IOException {
    mended("evaluate", "model=" + bench.path("model"), "evaluation.part=test");
  }

  @Test
  void extract() throws IOException {
    mended("extract", "model=" + bench.path("model"), "extract.layers=[hidden-1]");
  }

  /** The wrong separator, then the right one; and once more the wrong one. */
  private static void mended(String job, String... settings) throws IOException {
    String path = "data.path=" + bench.path("semicolons.csv");
    String[] wrong = joined(settings, path);
    String[] right = joined(settings, path, SEPARATED);
    CommandResult failed = bench.run(job, job, wrong);
    assertThat(failed.code()).as(failed.err()).isIn(2, 3);
    Path output = folder.resolve(job);
    assertThat(output.resolve("run.json")).exists();
    assertThat(output.resolve("failure.json")).exists();

    CommandResult mended = bench.run(job, job, right).expect(0);

    if (!job.equals("extract")) {
      assertThat(mended.err()).contains("changed settings: ", "data.options.sep = ;");
    }
    assertThat(output.resolve("failure.json")).doesNotExist();
    assertThat(output.resolve("result.json")).exists();
    assertThat(Files.readString(output.resolve("run.json"))).contains("data.options.sep");
    // A finished run is held against its settings.
    String result = Files.readString(output.resolve("result.json"));
    assertThat(bench.run(job, job, wrong).expect(2).err()).contains("data.options.sep", "not set");
    assertThat(output.resolve("result.json")).hasContent(result);
  }

  /** Of other rows, the network's input being wrong; no checkpoint, but prepared rows. */
  @Test
  void preparedRowsAreKeptWhereTheyFitAndPreparedAgainWhereNot() throws IOException {
    assertThat(bench.run("train", "prepared", "network.input=7").expect(2).err())
        .contains("Data: prepared in", "network.input");
    assertThat(
            bench.run("train", "prepared", "network.input=6", "data.exclude=[y]").expect(2).err())
        .contains("changed settings: ", "data.exclude", "network.input = 6 (was 7)")
        .contains("Data: prepared in");
    assertThat(bench.run("train", "prepared", "data.exclude=[y]").expect(0).err())
        .contains("changed settings: network.input")
        .contains("Data: already prepared");
    assertThat(folder.resolve("prepared/failure.json")).doesNotExist();
  }

  @Test
  void aCheckpointBindsAndIsNotLost() throws IOException {
    bench.run("train", "bound").expect(0);
    Files.delete(folder.resolve("bound/result.json"));
    List<String> before = checkpoints("bound");
    assertThat(before).isNotEmpty();
    assertThat(bench.run("train", "bound", "training.batch-size=16").expect(2).err())
        .contains("training.batch-size = 16 (was 8)", "--overwrite");
    assertThat(checkpoints("bound")).isEqualTo(before);
    assertThat(bench.run("train", "bound").expect(0).err()).doesNotContain("changed settings");
  }

  /** Divergence in the first rounds leaves nothing either. */
  @Test
  void aDivergedAttemptIsMended() throws IOException {
    String layers =
        "network.layers=[{type=dense,units=4,activation=identity},"
            + "{type=output,loss=mse,activation=identity}]";
    bench
        .run("train", "diverged", layers, "network.updater={type=sgd,learning-rate=1.0e12}")
        .expect(4);
    assertThat(checkpoints("diverged")).isEmpty();
    assertThat(folder.resolve("diverged/failure.json")).exists();
    CommandResult mended = bench.run("train", "diverged").expect(0);
    assertThat(mended.err()).contains("changed settings: ", "learning-rate");
    assertThat(folder.resolve("diverged/failure.json")).doesNotExist();
    assertThat(Files.readAllLines(folder.resolve("diverged/history.jsonl")))
        .isNotEmpty()
        .allMatch(line -> line.contains(runId("diverged")));
  }

  private static String runId(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).identity().orElseThrow().runId();
  }

  private static List<String> checkpoints(String output) throws IOException {
    Path checkpoints = folder.resolve(output).resolve("checkpoints");
    if (!Files.exists(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(checkpoints)) {
      return all.filter(p -> p.endsWith("manifest.json")).map(Path::toString).sorted().toList();
    }
  }

  private static String[] joined(String[] first, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
