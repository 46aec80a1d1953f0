package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.FlakyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong files, rows and models: exit code 3, and a full volume: exit code 5. */
class BadDataTest {
  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @Test
  void aMissingFileIsNamed() {
    assertData(bench.run("train", "out", "data.path=" + bench.path("none.csv")), "none.csv");
  }

  @Test
  void emptyDataIsRefused() {
    bench.write("rows.csv", "");
    assertData(bench.run("train", "out"), "empty", "rows.csv");
    bench.write("rows.csv", "row,x,y,kind\n");
    assertData(bench.run("train", "out"), "no rows", "file: " + bench.path("rows.csv"));
  }

  @Test
  void aLabelOutsideTheClassesIsNamed() {
    assertData(bench.run("train", "out", "data.label-classes=[a, b]"), "label", "c");
  }

  @Test
  void aMetricThatTheLabelsDoNotHaveIsRefusedBeforeAnythingIsTrained() {
    CommandResult result = bench.run("train", "out", "training.early-stopping.metric=rmse");
    assertThat(result.expect(2).err())
        .contains("training.early-stopping.metric", "rmse", "one of loss, accuracy");
    assertThat(folder.resolve("out/checkpoints")).doesNotExist();
  }

  @Test
  void notANumberInAFeatureIsNamedWithItsColumn() {
    bench.write("rows.csv", Workbench.rows(30) + "30,NaN,1,a\n");
    assertData(bench.run("train", "out"), "column x", "data.missing.numeric");
    bench.write("rows.csv", Workbench.rows(30) + "30,tall,1,a\n");
    assertData(bench.run("train", "out"), "x", "tall");
  }

  @Test
  void aRaggedRowIsShown() {
    bench.write("rows.csv", Workbench.rows(30) + "30,1,a\n");
    assertData(bench.run("train", "out"), "the wrong number of fields", "30,1,a");
  }

  @Test
  void aHeaderWithoutTheColumnNamesTheNearest() {
    CommandResult result = bench.run("train", "out", "data.label=kindd");
    assertThat(result.err()).contains("kindd", "kind", "data.label");
    assertThat(result.expect(3).err()).as("the file").contains("file: " + bench.path("rows.csv"));
  }

  @Test
  void aTruncatedIdxFileIsNamed() {
    bench.write("images-idx3-ubyte", Arrays.copyOf(images(20, 4), 16 + 100));
    bench.write("labels-idx1-ubyte", labels(20));
    assertData(trainImages("out"), "images-idx3-ubyte", "336");
  }

  @Test
  void imagesOfAnotherSizeThanTheModelsAreRefused() {
    bench.write("images-idx3-ubyte", images(40, 4));
    bench.write("labels-idx1-ubyte", labels(40));
    CommandResult trained = trainImages("model");
    assertThat(trained.err()).contains("16 inputs");
    trained.expect(0);
    bench.write("images-idx3-ubyte", images(40, 5));
    CommandResult result =
        run("evaluate", "out", "model=" + bench.path("model"), "evaluation.part=train");
    assertData(result, "16", "25");
  }

  @Test
  void aCategoryThatTrainingDidNotSeeIsRefusedByPolicy() {
    String rows =
        Workbench.rows(60).replaceAll("(?m)^(\\d+),", "$1,red,").replace("row,x", "row,colour,x");
    bench.write("rows.csv", rows);
    bench.write("new.csv", rows.replaceFirst("red", "blue"));
    String[] asked = {
      "data.categorical=[colour]", "data.split.test=0", "data.test.path=" + bench.path("new.csv")
    };
    assertData(bench.run("train", "out", asked), "colour", "blue", "data.unseen-category");
    String[] allowed =
        Stream.concat(Arrays.stream(asked), Stream.of("data.unseen-category=zeros"))
            .toArray(String[]::new);
    bench.run("train", "zeros", allowed).expect(0);
  }

  @Test
  void aCorruptManifestAndADamagedBlockAreNamed() throws IOException {
    bench.run("prepare", "out").expect(0);
    Path block = anyFile("out/shards/train", ".npy");
    byte[] whole = Files.readAllBytes(block);
    byte[] damaged = whole.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(block, damaged);
    Files.deleteIfExists(block.resolveSibling("." + block.getFileName() + ".crc"));
    assertData(bench.run("train", "out"), block.getFileName().toString(), "sha256");

    Files.write(block, whole);
    Path manifest = folder.resolve("out/shards/train/manifest.json");
    Files.writeString(manifest, "{\"formatVersion\": 1, \"rows\"");
    Files.deleteIfExists(manifest.resolveSibling(".manifest.json.crc"));
    assertData(
        bench.run("train", "other", "data.shards=" + bench.path("out/shards")), "manifest.json");
  }

  @Test
  void aDamagedOrNewerBundleIsNamed() throws IOException {
    bench.run("train", "model").expect(0);
    Path manifest = folder.resolve("model/model/manifest.json");
    String text = Files.readString(manifest);
    Files.deleteIfExists(manifest.resolveSibling(".manifest.json.crc"));
    Files.writeString(manifest, text.replaceFirst("(\"formatVersion\"\\s*:\\s*)\\d+", "$199"));
    String[] asked = {"model=" + bench.path("model"), "evaluation.part=train"};
    assertData(bench.run("evaluate", "out", asked), "newer version", "99");
    Files.writeString(manifest, text);
    Files.delete(folder.resolve("model/model/preprocessing.json"));
    assertData(bench.run("evaluate", "out2", asked), "preprocessing.json", "missing");
    assertData(
        bench.run("evaluate", "out3", "model=" + bench.path("nowhere")), "no model", "nowhere");
  }

  @Test
  void noSpaceForCheckpointsIsAClusterFailureThatKeepsTheLastGoodOne() throws IOException {
    String output = "flaky://full" + bench.path("out");
    FlakyFileSystem.volume("full").fullAfter(20_000, "/checkpoints/");
    try {
      CommandResult result =
          bench.run(
              "train",
              output,
              "output.lease=none",
              "checkpoint.every-rounds=1",
              "training.epochs=100");
      assertThat(result.err()).contains("Last good checkpoint", "checkpoints");
      result.expect(5);
      assertThat(folder.resolve("out/failure.json"))
          .content()
          .contains("\"retryable\" : true", "\"lastCheckpoint\" : \"flaky://full");
    } finally {
      FlakyFileSystem.volume("full").repair();
    }
    CommandResult retried =
        bench.run(
            "train",
            output,
            "output.lease=none",
            "checkpoint.every-rounds=1",
            "training.epochs=12");
    retried.expect(0);
    assertThat(folder.resolve("out/failure.json")).doesNotExist();
  }

  @Test
  void aLossThatExplodesIsCodeFour() {
    CommandResult result =
        bench.run(
            "train",
            "out",
            "network.layers=[{type=dense,units=4,activation=identity},{type=output,loss=mse,activation=identity}]",
            "network.updater={type=sgd,learning-rate=1.0e12}",
            "checkpoint.every-rounds=1");
    assertThat(result.err()).contains("diverged", "learning rate");
    result.expect(4);
  }

  private CommandResult trainImages(String output) {
    return run("train", output);
  }

  private CommandResult run(String command, String output, String... more) {
    Stream<String> images =
        Stream.of(
            "data.format=idx",
            "data.path=" + bench.path("images-idx3-ubyte"),
            "data.labels-path=" + bench.path("labels-idx1-ubyte"),
            "data.label=label",
            "data.id=[]",
            "data.split={validation=0,test=0}");
    return bench.run(
        command, output, Stream.concat(images, Arrays.stream(more)).toArray(String[]::new));
  }

  private static byte[] images(int count, int side) {
    byte[] pixels = new byte[count * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31);
    }
    return Workbench.idx(new int[] {count, side, side}, pixels);
  }

  private static byte[] labels(int count) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 2);
    }
    return Workbench.idx(new int[] {count}, labels);
  }

  private Path anyFile(String under, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(under))) {
      return files
          .filter(f -> f.getFileName().toString().endsWith(ending))
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .min(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static void assertData(CommandResult result, String... words) {
    assertThat(result.err()).contains(words).doesNotContain("\tat ");
    result.expect(3);
  }
}
