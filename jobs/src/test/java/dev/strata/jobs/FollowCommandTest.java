package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerHistory;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.EventFiles;
import dev.strata.driver.testing.EventFiles.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a run can be followed: events for TensorBoard, statistics of layers, findings in words. */
class FollowCommandTest {
  private static final String BOARD = "report.tensorboard=true";

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void rows() {
    bench = new Workbench(folder);
  }

  private static List<Event> steps(String output, String phase) {
    return EventFiles.read(folder.resolve(output).resolve("tensorboard").resolve(phase)).stream()
        .filter(event -> event.version().isEmpty())
        .toList();
  }

  private static List<LayerEntry> layers(String output) {
    return LayerHistory.read(RunFolder.of(new Configuration(), bench.path(output)));
  }

  private static String report(String output) throws IOException {
    return Files.readString(folder.resolve(output).resolve("report.html"));
  }

  /** Training that is continued: another file, no step twice, nothing changed in the model. */
  @Test
  void trainingWritesEventsAndAppendsWhenItContinues() throws IOException {
    String[] settings = {BOARD, "network.schedule={ type = exponential, gamma = 0.5, step = 10 }"};
    bench
        .run(
            "train",
            "board",
            Stream.concat(Stream.of(settings), Stream.of("training.epochs=2"))
                .toArray(String[]::new))
        .expect(0);
    Path events = folder.resolve("board/tensorboard/supervised");
    int files = EventFiles.files(events).size();
    List<Event> first = steps("board", "supervised");
    bench
        .run(
            "train",
            "board",
            Stream.concat(Stream.of(settings), Stream.of("training.epochs=4"))
                .toArray(String[]::new))
        .expect(0);
    List<Event> all = steps("board", "supervised");
    assertThat(EventFiles.files(events)).hasSizeGreaterThan(files);
    assertThat(all.subList(0, first.size())).usingRecursiveComparison().isEqualTo(first);
    assertThat(all).extracting(Event::step).isSorted().doesNotHaveDuplicates();
    assertThat(all).extracting(Event::wallTime).isSorted();
    assertThat(all.get(0).scalars())
        .containsKeys(
            "loss/training",
            "learning-rate",
            "examples-per-second",
            "update-ratio/hidden-1",
            "change-norm/hidden-1",
            "dead-units/hidden-1");
    assertThat(all.get(0).histograms()).containsKey("activations/hidden-1");
    assertThat(all.stream().filter(event -> event.scalars().containsKey("validation/accuracy")))
        .hasSize(4);
    Event last = all.get(all.size() - 1);
    assertThat(last.scalars().get("learning-rate"))
        .isEqualTo((float) (0.05 * Math.pow(0.5, (last.step() - 1) / 10.0)));
    bench
        .run("train", "plain", "report.layer-statistics=false", settings[1], "training.epochs=4")
        .expect(0);
    assertThat(sha(("plain"))).isEqualTo(sha("board"));
    assertThat(folder.resolve("plain/tensorboard")).doesNotExist();
    assertThat(folder.resolve("plain/layer-statistics.jsonl")).doesNotExist();
    assertThat(report("plain")).doesNotContain("Update-to-parameter ratio");
  }

  private static String sha(String output) {
    return RunFolder.of(new Configuration(), bench.path(output))
        .result()
        .orElseThrow()
        .modelSha256();
  }

  @Test
  void theReportShowsTheLayersOverTime() throws IOException {
    bench.run("train", "layers").expect(0);
    List<LayerEntry> entries = layers("layers");
    assertThat(entries)
        .hasSizeGreaterThan(3)
        .allSatisfy(
            entry -> {
              assertThat(entry.layers())
                  .extracting(LayerEntry.Layer::name)
                  .hasSize(2)
                  .startsWith("hidden-1");
              assertThat(entry.layers())
                  .allSatisfy(
                      layer -> {
                        assertThat(layer.change().orElseThrow().updateRatio()).isBetween(1e-6, 1.0);
                        assertThat(layer.outputs().orElseThrow().deviation()).isPositive();
                      });
            });
    assertThat(report("layers"))
        .contains(
            "Update-to-parameter ratio", "Change of a round", "Outputs over time", "Learning rate");
    assertThat(folder.resolve("layers/pictures"))
        .isDirectoryContaining("glob:**outputs-supervised*");
  }

  @Test
  void deadUnitsAreNamedWithRemedies() throws IOException {
    bench
        .run(
            "train",
            "dead",
            "network.layers=[{ type = dense, units = 8, activation = relu, bias = -60, name = asleep },"
                + " { type = output }]")
        .expect(0);
    assertThat(report("dead"))
        .contains(
            "What the curves show", "Dead units", "supervised, asleep: 8 of 8 units", "leaky-relu");
  }

  @Test
  void pretrainingHasTheSameOfEachLayer() throws IOException {
    bench
        .run(
            "pretrain",
            "stack",
            BOARD,
            "pretrain.layers=[{units=3}, {units=2}]",
            "data.scaling=min-max")
        .expect(0);
    assertThat(layers("stack")).extracting(LayerEntry::phase).contains("layer-1", "layer-2");
    assertThat(layers("stack").get(0).layers())
        .extracting(LayerEntry.Layer::name)
        .containsExactly("encoder", "decoder");
    assertThat(steps("stack", "layer-2").get(0).scalars()).containsKey("update-ratio/encoder");
    assertThat(report("stack")).contains("Update-to-parameter ratio of layer-2");
  }

  @Test
  void auxiliaryTasksHaveTheSame() {
    bench
        .run(
            "pretrain-auxiliary",
            "task",
            "network.layers=[{ type = dense, units = 4, activation = tanh }]",
            "task.type=max-margin",
            "task.corruption=[{ type = replace-column, count = 1 }]")
        .expect(0);
    assertThat(layers("task")).isNotEmpty();
    assertThat(layers("task").get(0).layers())
        .allSatisfy(layer -> assertThat(layer.outputs()).isPresent());
  }
}
