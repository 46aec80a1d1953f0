package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fine-tuning on a few labelled rows and on rows without labels. */
class UnlabelledCommandTest {
  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    bench.write("others.csv", Workbench.rows(200));
    bench.run("pretrain", "model", "pretrain.layers=[{units=6}]", "network.layers=[]").expect(0);
  }

  private static List<String> settings(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model=" + bench.path("model"),
                "network.layers=[]",
                "data.labels-per-class=6",
                "training.epochs=2"));
    all.addAll(List.of(more));
    return all;
  }

  private static CommandResult fineTune(String output, List<String> settings) {
    return bench.run("fine-tune", output, settings.toArray(String[]::new));
  }

  private static List<String> beside(String method, String... more) {
    List<String> all =
        settings(
            "fine-tune.unlabelled.source.path=" + bench.path("others.csv"),
            "fine-tune.unlabelled.method=" + method,
            "fine-tune.unlabelled.ratio=3");
    all.addAll(List.of(more));
    return all;
  }

  private static RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual-adversarial", "consistency"})
  void unlabelledRowsAreLearnedFrom(String method) {
    CommandResult tuned = fineTune(method, beside(method)).expect(0);
    assertThat(tuned.err()).contains("train 18 rows", "train 200 rows", method + ", weight");
    RunResult result = result(method);
    // 18 rows with three others each are 54: four passes see 200.
    assertThat(result.examplesSeen()).isEqualTo(2 * 4 * 18);
    assertThat(result.metrics().get("train")).containsEntry("unlabelled-rows", 200.0);
    assertThat(result.metrics().get("test").get("accuracy")).isGreaterThan(0.6);
  }

  /** The winner is trained on all rows as if its length had been given. */
  @Test
  void theBestLengthTrainsTheModel() throws IOException {
    String vat = "virtual-adversarial";
    String[] more = {"training.epochs=1", "fine-tune.unlabelled.passes=2"};
    fineTune("lengths", beside(vat, more[0], more[1], "fine-tune.search={epsilon=[0.1,9],folds=2}"))
        .expect(0);
    List<String> table = Files.readAllLines(folder.resolve("lengths/search/table.txt"));
    assertThat(table).hasSize(3);
    assertThat(table.get(0)).contains("frozen  epsilon");
    String best = table.get(1).trim().split(" +")[3];
    assertThat(best).isIn("0.1", "9.0");
    fineTune("given", beside(vat, more[0], more[1], "fine-tune.unlabelled.epsilon=" + best))
        .expect(0);
    assertThat(result("lengths").modelSha256()).isEqualTo(result("given").modelSha256());
    assertThat(Files.readString(folder.resolve("lengths/model/provenance.json")))
        .contains("\"fine-tune.unlabelled.epsilon\" : \"" + best + "\"");
  }

  @Test
  void anInterruptedRunAndARepeatedOneGiveTheSameBytes() throws IOException {
    List<String> settings = beside("mean-teacher", "training.epochs=1");
    fineTune("once", settings).expect(0);
    String whole = result("once").modelSha256();
    Files.delete(folder.resolve("once/result.json"));
    Files.delete(folder.resolve("once/model/manifest.json"));
    fineTune("once", settings).expect(0);
    assertThat(result("once").modelSha256()).isEqualTo(whole);
    fineTune("twice", settings).expect(0);
    assertThat(result("twice").modelSha256()).isEqualTo(whole);
  }

  @Test
  void weightZeroIsPlainFineTuningBitForBit() {
    fineTune("plain", settings()).expect(0);
    fineTune("zero", beside("mean-teacher", "fine-tune.unlabelled.weight=0")).expect(0);
    assertThat(result("zero").modelSha256()).isEqualTo(result("plain").modelSha256());
    assertThat(folder.resolve("zero/unlabelled")).doesNotExist();
  }

  @Test
  void otherUnlabelledRowsAreAnotherRunAndEarlyStoppingCountsTheLongerEpochs() {
    bench.write("changing.csv", Workbench.rows(60));
    List<String> settings =
        beside(
            "pseudo-label",
            "fine-tune.unlabelled.source.path=" + bench.path("changing.csv"),
            "training.epochs=30",
            "training.early-stopping.patience=1",
            "training.early-stopping.min-delta=10");
    CommandResult tuned = fineTune("stopping", settings).expect(0);
    assertThat(tuned.err()).contains("Stopped early");
    bench.write("changing.csv", Workbench.rows(61));
    assertThat(fineTune("stopping", settings).expect(3).err())
        .contains("fine-tune.unlabelled.source");
  }

  @Test
  void checkLooksAtTheUnlabelledRowsAndNamesWhatIsWrong() {
    CommandResult checked =
        bench.run("check", "checked", beside("mean-teacher").toArray(String[]::new)).expect(0);
    assertThat(checked.out()).contains("mean-teacher, weight 10.0, 3 unlabelled rows");
    bench.write("broken.csv", "row,x\n1,2\n");
    List<String> broken =
        beside("mean-teacher", "fine-tune.unlabelled.source.path=" + bench.path("broken.csv"));
    assertThat(bench.run("check", "checked", broken.toArray(String[]::new)).expect(3).err())
        .contains("broken.csv", "no column y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pseudo-label | data.label-kind=value | fine-tune.unlabelled.method | probabilities",
        "pseudo-label | fine-tune.unlabelled.corruption=[{type=noise,deviation=1}]"
            + " | fine-tune.unlabelled.corruption | uses no corruption",
        "consistency | fine-tune.unlabelled.threshold=0.5 | fine-tune.unlabelled.threshold"
            + " | has no threshold",
        "consistency | fine-tune.unlabelled.epsilon=2 | fine-tune.unlabelled.epsilon"
            + " | no adversarial direction",
        "consistency | fine-tune.search.epsilon=[1,2] | fine-tune.search.epsilon"
            + " | method = virtual-adversarial",
        "virtual-adversarial | fine-tune.search.epsilon=[-1] | fine-tune.search.epsilon | > 0",
        "pseudo-label | fine-tune.unlabelled.decay=0.9 | fine-tune.unlabelled.decay | no mean",
        "mean-teacher | fine-tune.cache-frozen=false | fine-tune.cache-frozen | true",
        "virtual-adversarial | fine-tune.freeze=1 | fine-tune.freeze | computed once",
        "virtual-adversarial | fine-tune.search.freeze=[0,1] | fine-tune.freeze | computed once",
        "mean-teacher | fine-tune.freeze=1 | fine-tune.dropout.hidden | needs it",
        "consistency | fine-tune.unlabelled.ramp.from=3 | fine-tune.unlabelled.ramp.to"
            + " | at least",
        "virtual-adversarial | network.layers=[{type=output,loss=mse,activation=softmax}]"
            + " | network.layers | softmax and loss cross-entropy",
        "pseudo-label | fine-tune.unlabelled.source.path=null | fine-tune.unlabelled.ratio"
            + " | fine-tune.unlabelled.source"
      })
  void whatDoesNotGoTogetherEndsWithCodeTwo(
      String method, String setting, String key, String words) {
    assertThat(fineTune("refused", beside(method, setting)).expect(2).err()).contains(key, words);
  }
}
