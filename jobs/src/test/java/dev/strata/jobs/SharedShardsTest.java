package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One folder of prepared rows for several jobs. */
class SharedShardsTest {
  @TempDir private Path folder;

  @Test
  void rowsArePreparedOnceAndEvaluatingOtherRowsLeavesThemAlone() throws IOException {
    Workbench bench = new Workbench(folder);
    String shards = "data.shards=" + bench.path("shards");
    assertThat(bench.run("prepare", "prepared", shards).expect(0).err()).contains("prepared in");
    assertThat(bench.run("train", "model", shards).expect(0).err()).contains("already prepared");
    String model = "model=" + bench.path("model");
    assertThat(bench.run("evaluate", "same", shards, model).expect(0).err())
        .contains("already prepared");

    CommandResult sourceless =
        CommandResult.of(
            "train",
            "--output",
            bench.path("sourceless"),
            "--set",
            shards,
            "--set",
            "network.layers=[{type=output}]",
            "--set",
            "training.epochs=1",
            "--set",
            "data.blocks=4");
    assertThat(sourceless.expect(0).err()).contains("already prepared");

    String prepared = Files.readString(folder.resolve("shards/prepared.json"));
    bench.write("new.csv", Workbench.rows(33));
    CommandResult other =
        bench.run(
            "evaluate",
            "other",
            shards,
            model,
            "data.path=" + bench.path("new.csv"),
            "data.split={validation=0,test=0}",
            "evaluation.part=train",
            "training.workers=2");
    assertThat(other.expect(0).err()).contains("33 rows", "other/shards");
    assertThat(folder.resolve("shards/prepared.json")).hasContent(prepared);
  }
}
