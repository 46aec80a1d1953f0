package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the section fine-tune does to a model's layers, from the command line. */
class TransferCommandTest {
  private static final long FIRST = 2 * 6 + 6;
  private static final long SECOND = 6 * 4 + 4;

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    String layers =
        "network.layers=[{type=dense,units=6,activation=tanh,name=first},"
            + "{type=dense,units=4,activation=tanh,name=second},{type=output}]";
    bench.run("train", "model", layers, "data.scaling=standard").expect(0);
  }

  private static CommandResult fineTune(String output, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of("model=" + bench.path("model"), "network.layers=[]", "training.epochs=4"));
    all.addAll(List.of(settings));
    return bench.run("fine-tune", output, all.toArray(String[]::new));
  }

  private static ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private static RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  private static float[] part(String output, long from, long length) {
    return bundle(output).model().parameters().part(from, length).toFloats();
  }

  @Test
  void layersAreThawedOneByOneAndAnInterruptedRunIsNoOther() throws Exception {
    String[] asked = {
      "fine-tune.freeze=second",
      "fine-tune.thaw=[{epoch=1},{epoch=2,layers=1}]",
      "fine-tune.learning-rate.depth=0.5"
    };
    CommandResult tuned = fineTune("thawed", asked);
    tuned.expect(0);
    assertThat(tuned.err())
        .contains(
            "first, second; first, second frozen; after epoch 1 first frozen; after epoch 2 all"
                + " layers trained.");
    assertThat(result("thawed").epochs()).isEqualTo(4);
    assertThat(part("thawed", 0, FIRST)).isNotEqualTo(part("model", 0, FIRST));

    fineTune("cut", asked[0], asked[1], asked[2], "training.epochs=3").expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    CommandResult resumed = fineTune("cut", asked);
    resumed.expect(0);
    assertThat(resumed.err())
        .contains("Already finished: frozen-2.", "Already finished: frozen-1.");
    assertThat(result("cut").modelSha256()).isEqualTo(result("thawed").modelSha256());
    assertThat(result("cut").epochs()).isEqualTo(4);
    assertThat(result("cut").resumedFromRound()).isPositive();
  }

  @Test
  void layersAreRenamedMadeAnewReplacedAndAdded() {
    CommandResult tuned =
        fineTune(
            "renamed",
            "fine-tune.reuse.map={first=edges,second=parts}",
            "fine-tune.replace.parts={type=dense,units=5}",
            "fine-tune.freeze=edges",
            "fine-tune.cache-frozen=false",
            "network.layers=[{type=dense,units=3,name=added},{type=output}]");
    tuned.expect(0);
    assertThat(tuned.err())
        .contains("edges, parts (replaced); edges frozen.")
        .containsOnlyOnce("Warning: training: each worker takes only");
    assertThat(bundle("renamed").model().network().describe().layers())
        .extracting(LayerReport::name)
        .containsExactly("edges", "parts", "added", "output");
    assertThat(part("renamed", 0, FIRST)).isEqualTo(part("model", 0, FIRST));
    assertThat(folder.resolve("renamed/activations")).doesNotExist();

    fineTune("shallow", "fine-tune.drop-top=1", "fine-tune.reinitialize=[first]").expect(0);
    assertThat(result("shallow").parameters()).isEqualTo(FIRST + 6 * 3 + 3);
  }

  @Test
  void anOutputOfValuesReplacesThatOfClasses() {
    bench.write("values.csv", values());
    fineTune(
            "values",
            "data.path=" + bench.path("values.csv"),
            "data.label=z",
            "data.label-kind=value",
            "data.id=[]",
            "fine-tune.freeze=1")
        .expect(0);
    assertThat(result("values").metrics().get("test")).containsKey("rmse");
    assertThat(bundle("values").model().network().describe().layers().get(2).activation())
        .isEqualTo("identity");
    CommandResult wrong =
        fineTune(
            "wrong",
            "data.path=" + bench.path("values.csv"),
            "data.label=z",
            "data.label-kind=value",
            "data.id=[]",
            "network.layers=[{type=output,loss=cross-entropy}]");
    assertThat(wrong.expect(2).err()).contains("network.layers[0].loss", "a loss for 1 value");
  }

  private static String values() {
    StringBuilder text = new StringBuilder("x,y,z\n");
    for (String line : Workbench.rows(60).lines().skip(1).toList()) {
      String[] cells = line.trim().split(",");
      double sum = Double.parseDouble(cells[1]) + Double.parseDouble(cells[2]);
      text.append(cells[1] + "," + cells[2] + "," + sum + "\n");
    }
    return text.toString();
  }

  @Test
  void theBestOfASearchIsTrainedAndFinishedCandidatesAreKept() throws Exception {
    String[] asked = {
      "fine-tune.search.freeze=[0,1,2]",
      "fine-tune.search.drop-top=[0,1]",
      "fine-tune.search.epochs=2"
    };
    CommandResult first = fineTune("searched", asked);
    first.expect(0);
    assertThat(first.err())
        .contains(
            "Search: 5 candidates, 0 of them already done.",
            "  best",
            "frozen: bottom layers that are not trained",
            "Training the best candidate:");
    String table = Files.readString(folder.resolve("searched/search/table.txt"));
    assertThat(table.lines()).hasSize(6);
    assertThat(bundle("searched").provenance().configuration())
        .containsKeys("fine-tune.freeze", "fine-tune.drop-top");
    String best = table.lines().skip(1).findFirst().orElseThrow().trim();
    assertThat(bundle("searched").provenance().configuration().get("fine-tune.freeze"))
        .isEqualTo(best.split(" +")[2]);

    String before = result("searched").modelSha256();
    Files.delete(folder.resolve("searched/result.json"));
    CommandResult again = fineTune("searched", asked);
    assertThat(again.expect(0).err()).contains("5 of them already done");
    assertThat(result("searched").modelSha256()).isEqualTo(before);

    CommandResult unmeasured = fineTune("unmeasured", asked[0], "data.split.validation=0");
    assertThat(unmeasured.expect(2).err()).contains("data.validation", "validation rows");
  }

  /** Few labels: every row is trained on, and none is held back. */
  @Test
  void foldsChooseTheCandidateAndItsEpochsWithoutValidationRows() throws Exception {
    String[] asked = {
      "fine-tune.search={freeze=[0,1,2],folds=3}",
      "data.split.validation=0",
      "training.early-stopping.patience=2"
    };
    CommandResult first = fineTune("folded", asked);
    first.expect(0);
    assertThat(first.err())
        .contains("Search: 3 candidates in 3 folds, 0 of 9 trials already done.");
    List<String> table = Files.readAllLines(folder.resolve("folded/search/table.txt"));
    String[] best = table.get(1).trim().split(" +");
    assertThat(table.get(0)).contains("s.e.");
    assertThat(best).hasSize(10);
    assertThat(first.err()).contains("frozen-" + best[2] + ", for " + best[4] + " epochs.");
    assertThat(result("folded").epochs()).isEqualTo(Integer.parseInt(best[4]));
    assertThat(result("folded").metrics()).containsOnlyKeys("train", "test");
    assertThat(bundle("folded").provenance().configuration())
        .containsEntry("fine-tune.freeze", best[2])
        .containsEntry("training.epochs", best[4])
        .containsEntry("training.early-stopping.patience", "0")
        .containsEntry("training.keep-model", "last");
    assertThat(folder.resolve("folded/search/layers-2-fresh-0-frozen-1-fold-3.json")).exists();

    Files.delete(folder.resolve("folded/result.json"));
    String before = bundle("folded").model().sha256();
    CommandResult again = fineTune("folded", asked[0], asked[1], asked[2], "training.epochs=9");
    assertThat(again.expect(0).err()).contains("9 of 9 trials already done");
    assertThat(result("folded").modelSha256()).isEqualTo(before);
  }

  /** Weights of rows belong to training alone. */
  @Test
  void aSearchTakesRowsWithWeights() throws Exception {
    fineTune(
            "weighted",
            "data.class-weights={a=2,b=0.5}",
            "fine-tune.search={freeze=[0,2],epochs=1}",
            "training.batch-size=5")
        .expect(0);
    assertThat(Files.readAllLines(folder.resolve("weighted/search/table.txt"))).hasSize(3);
  }

  /** Frozen layers of one model below trained ones of another would be no model at all. */
  @Test
  void aRunThatHasTrainedGoesOnWithNoOtherModelInTheSameFolder() throws Exception {
    String[] parent = {"network.layers=[{type=dense,units=5,name=only},{type=output}]", "seed=1"};
    bench.run("train", "parent", parent[0], "data.scaling=standard").expect(0);
    String[] asked = {"model=" + bench.path("parent"), "fine-tune.freeze=1"};
    assertThat(fineTune("child", asked[0], asked[1], "data.path=nowhere.csv").code()).isEqualTo(3);
    fineTune("child", asked[0], asked[1], "--overwrite").expect(0);
    Files.delete(folder.resolve("child/result.json"));
    bench.run("train", "parent", parent[0], parent[1], "data.scaling=standard", "--overwrite");
    CommandResult mixed = fineTune("child", asked[0], asked[1], "training.epochs=6");
    assertThat(mixed.expect(2).err())
        .contains("the run was started with another model", "modelSha256", "--overwrite");
    fineTune("child", asked[0], asked[1], "--overwrite").expect(0);
    assertThat(part("child", 0, 15)).isEqualTo(part("parent", 0, 15));
  }

  @Test
  void foldsThatMeanNothingAreRefused() {
    String[] lists = {"fine-tune.search.freeze=[0,1]", "data.split.validation=0"};
    refused("fine-tune.search.folds", "at least 2", lists[0], "fine-tune.search.folds=1");
    refused("fine-tune.search.folds", "a list of numbers", "fine-tune.search.folds=3");
    refused("fine-tune.search.epochs", "a list of numbers", "fine-tune.search.epochs=3");
    refused("fine-tune.search.metric", "a list of numbers", "fine-tune.search.metric=loss");
    refused(
        "fine-tune.search.folds", "at most 72", lists[0], lists[1], "fine-tune.search.folds=80");
    refused(
        "fine-tune.search.folds",
        "data.split.by is group",
        lists[0],
        lists[1],
        "fine-tune.search.folds=3",
        "data.split.by=group",
        "data.split.column=row");
  }

  @Test
  void imagesOfAnotherSizeAreResizedAndTheModelSaysSo() {
    bench.write("labels.idx", Workbench.idx(new int[] {40}, labels(40)));
    bench.write("small.idx", Workbench.idx(new int[] {40, 4, 4}, images(40, 4)));
    bench.write("large.idx", Workbench.idx(new int[] {40, 8, 8}, images(40, 8)));
    String[] small = rows("small.idx");
    bench
        .run(
            "train",
            "images",
            small[0],
            small[1],
            small[2],
            small[3],
            "data.id=[]",
            "data.scaling=divide-by")
        .expect(0);
    String[] large = rows("large.idx");
    String model = "model=" + bench.path("images");
    CommandResult missing =
        fineTune("missing", model, large[0], large[1], large[2], large[3], "data.id=[]");
    assertThat(missing.expect(3).err())
        .contains("differs in width from the model's input", "64 numbers", "16 numbers")
        .contains("fine-tune.resize { type = bilinear, from = [height, width]");
    CommandResult tuned =
        fineTune(
            "resized",
            model,
            large[0],
            large[1],
            large[2],
            large[3],
            "data.id=[]",
            "fine-tune.resize={type=bilinear,from=[8,8],to=[4,4]}");
    tuned.expect(0);
    assertThat(bundle("resized").preprocessing().formatVersion()).isEqualTo(2);
    assertThat(bundle("images").preprocessing().formatVersion()).isEqualTo(1);
    assertThat(bundle("resized").preprocessing().layout().features().get(0).resize().words())
        .isEqualTo("8 × 8 to 4 × 4");
    String of = "model=" + bench.path("resized");
    bench
        .run("evaluate", "measured", of, large[0], large[1], large[2], large[3], "data.id=[]")
        .expect(0);
    assertThat(result("measured").metrics().get("test"))
        .isEqualTo(result("resized").metrics().get("test"));
    CommandResult other =
        fineTune(
            "other",
            model,
            large[0],
            large[1],
            large[2],
            large[3],
            "data.id=[]",
            "fine-tune.resize={type=bilinear,from=[8,8],to=[5,5]}");
    assertThat(other.expect(2).err()).contains("fine-tune.resize.to", "image: 16 numbers");
  }

  private static String[] rows(String images) {
    return new String[] {
      "data.format=idx",
      "data.path=" + bench.path(images),
      "data.labels-path=" + bench.path("labels.idx"),
      "data.label=label"
    };
  }

  private static byte[] labels(int count) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 2);
    }
    return labels;
  }

  /** Bright above or bright below. */
  private static byte[] images(int count, int size) {
    byte[] pixels = new byte[count * size * size];
    for (int i = 0; i < pixels.length; i++) {
      int image = i / (size * size);
      boolean above = i % (size * size) < size * size / 2;
      pixels[i] = (byte) ((above == (image % 2 == 0) ? 200 : 20) + image);
    }
    return pixels;
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    refused("fine-tune.reuse.names", "did you mean first?", "fine-tune.reuse.names=[firts]");
    refused("fine-tune.freeze", "did you mean second?", "fine-tune.freeze=secnd");
    refused("fine-tune.freeze", "the topmost one to freeze", "fine-tune.freeze=output");
    refused(
        "fine-tune.learning-rate.layers",
        "did you mean first?",
        "fine-tune.learning-rate.layers={frst=1}");
    refused(
        "fine-tune.thaw[0].epoch",
        "less than training.epochs",
        "fine-tune.thaw=[{epoch=9}]",
        "fine-tune.freeze=1");
    refused("fine-tune.thaw[0].epoch", "the number of epochs", "fine-tune.thaw=[{layers=1}]");
    refused(
        "fine-tune.cache-frozen",
        "cannot be cached",
        "fine-tune.dropout.input=0.1",
        "fine-tune.freeze=1");
    refused(
        "fine-tune.replace.second.units",
        "the width of the layer",
        "fine-tune.replace.second={type=dense}");
    refused("fine-tune.search.freeze", "integers", "fine-tune.search.freeze=[some]");
    refused(
        "fine-tune.thaw",
        "does not support gradual unfreezing",
        "fine-tune.search.freeze=[1]",
        "fine-tune.thaw=[{epoch=1}]");
    refused(
        "fine-tune.resize.from", "height and width", "fine-tune.resize={type=bilinear,to=[4,4]}");
    refused("fine-tune.reus", "did you mean fine-tune.reuse.count?", "fine-tune.reus.count=1");
  }

  private void refused(String key, String expected, String... settings) {
    CommandResult failed = fineTune("failed", settings);
    assertThat(failed.expect(2).err()).contains(key, expected);
  }
}
