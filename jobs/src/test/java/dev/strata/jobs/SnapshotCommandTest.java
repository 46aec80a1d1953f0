package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of {@code train} on a cyclic schedule, and the ensemble of them. */
class SnapshotCommandTest {
  /** Cycles of two epochs of four minibatches. */
  private static final List<String> CYCLES =
      List.of(
          "network.schedule={ type = cosine-restarts, step = 8, length = 24 }",
          "training.epochs=6",
          "training.snapshots=2");

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void train() {
    bench = new Workbench(folder);
    assertThat(train("whole").expect(0).err())
        .contains("Snapshot of cycle 1 after round 4", "Snapshot of cycle 3 after round 12");
  }

  private static CommandResult train(String output, String... more) {
    return bench.run("train", output, with(more));
  }

  private static Configuration hadoop() {
    return LocalSpark.session().sparkContext().hadoopConfiguration();
  }

  private static String sha256(String output, int cycle) {
    return BundleFolder.at(hadoop(), output + "/snapshots/cycle-" + cycle, "model").modelSha256();
  }

  private static RunResult result(String output) {
    return RunFolder.of(hadoop(), output).result().orElseThrow();
  }

  @Test
  void theNewestSnapshotsAreAnEnsemble() {
    String whole = bench.path("whole");
    assertThat(folder.resolve("whole/snapshots")).isDirectoryContaining("glob:**/cycle-2");
    assertThat(folder.resolve("whole/snapshots/cycle-1")).doesNotExist();
    assertThat(sha256(whole, 3)).isEqualTo(result(whole).modelSha256());
    assertThat(sha256(whole, 2)).isNotEqualTo(sha256(whole, 3));
    var last = BundleReader.open(hadoop(), whole + "/snapshots/cycle-3", "model");
    assertThat(last.model().iteration()).isEqualTo(24);
    assertThat(last.provenance().metrics()).containsKey("validation");

    String model = "model=" + whole + "/snapshots";
    bench.run("evaluate", "measured", model).expect(0);
    bench
        .run(
            "evaluate",
            "listed",
            "model=[" + whole + "/snapshots/cycle-2, " + whole + "/snapshots/cycle-3]")
        .expect(0);
    assertThat(result(bench.path("measured")).metrics())
        .isEqualTo(result(bench.path("listed")).metrics())
        .containsKeys("test", "member-1", "member-2");
    bench.run("extract", "features", model, "extract.predictions=true").expect(0);
    assertThat(result(bench.path("features")).modelSha256())
        .isEqualTo(result(bench.path("measured")).modelSha256());
  }

  /** The store is full while a checkpoint is written: the run ends there, and is repeated. */
  @Test
  void anInterruptedRunKeepsTheSameSnapshots() {
    String output = "flaky://snapshots" + bench.path("cut");
    FlakyFileSystem.volume("snapshots").fullAfter(15_000, "/checkpoints/");
    String[] asked = {"checkpoint.every-rounds=1", "output.lease=none"};
    CommandResult cut = bench.run("train", output, with(asked)).expect(5);
    assertThat(cut.err()).contains("Snapshot of cycle 1").doesNotContain("Snapshot of cycle 3");
    FlakyFileSystem.volume("snapshots").repair();
    CommandResult resumed = bench.run("train", output, with(asked)).expect(0);
    assertThat(resumed.err()).contains("Resuming after round", "Snapshot of cycle 3");
    for (int cycle : new int[] {2, 3}) {
      assertThat(sha256(output, cycle)).isEqualTo(sha256(bench.path("whole"), cycle));
    }
    assertThat(result(output).modelSha256()).isEqualTo(result(bench.path("whole")).modelSha256());
  }

  private static String[] with(String... more) {
    List<String> all = new ArrayList<>(CYCLES);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aLongerTrainingKeepsTheSnapshotsOfOneThatWasSoLong() {
    train("longer", "training.epochs=4").expect(0);
    train("longer").expect(0);
    for (int cycle : new int[] {2, 3}) {
      assertThat(sha256(bench.path("longer"), cycle)).isEqualTo(sha256(bench.path("whole"), cycle));
    }
  }

  @Test
  void whatHasNoCyclesIsRefused() {
    assertThat(bench.run("train", "no", "training.snapshots=2").expect(2).err())
        .contains("training.snapshots", "cosine-restarts or cycle");
    assertThat(train("no", "network.schedule.step=1").expect(2).err())
        .contains("shorter than a round", "averaging.every = 2");
    assertThat(train("no", "network.schedule.unit=epoch").expect(2).err())
        .contains("no cycle of network.schedule ends within training.epochs = 6");
    assertThat(train("no", "network.schedule.step=100").expect(2).err())
        .contains("no cycle of the learning rate ends", "training of 24 iterations");
    assertThat(bench.run("tune", "no", "training.snapshots=1").expect(2).err())
        .contains("only train keeps snapshots");
    assertThat(train("no", "training.snapshots=-1").expect(2).err())
        .contains("training.snapshots", "-1");
  }
}
