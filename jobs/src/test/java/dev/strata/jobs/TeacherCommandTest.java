package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** A network that learns the labels of a teacher: of models on labelled rows, or of a column. */
class TeacherCommandTest {
  /** Trees take seconds of Spark jobs; their fit has a test of its own. */
  private static final String MODELS = "task.teacher.models=linear";

  private static final String FOREST = "task.teacher.models=[random-forest, linear]";

  private static final String[] LABELLED = {
    "task.teacher.labelled.path=FOLDER/labelled.csv", MODELS, "task.teacher.folds=3"
  };

  private static final String[] COLUMN = {
    "task.teacher.column=p", "data.label-classes=[a, b]", "data.exclude=[kind, value]"
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
    bench.write("rows.csv", rows(1, 240, x -> ""));
    bench.write("labelled.csv", rows(2, 40, x -> x < 0 ? "a" : "b"));
  }

  /** Two numbers, of which the first is below 0 for the kind a, and p, a probability of b. */
  private static String rows(int seed, int count, Function<Double, String> kind) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("row,x,y,p,value,kind\n");
    for (int i = 0; i < count; i++) {
      double x = random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.3f,%.3f,%.3f,%.3f,%s%n",
              i,
              x,
              random.nextGaussian(),
              1 / (1 + Math.exp(-3 * x)),
              5 * x + 2,
              kind.apply(x)));
    }
    return text.toString();
  }

  private CommandResult pretrain(String output, String[] teacher, String... more) {
    String[] settings = new String[teacher.length + more.length + 4];
    settings[0] = "task.type=teacher";
    settings[1] = "network.layers=[{ type = dense, units = 8, name = hidden-1 }]";
    settings[2] = "training.epochs=5";
    settings[3] = teacher == COLUMN ? "data.label=null" : "data.exclude=[p, value]";
    for (int i = 0; i < teacher.length; i++) {
      settings[4 + i] = teacher[i].replace("FOLDER", folder.toString());
    }
    System.arraycopy(more, 0, settings, 4 + teacher.length, more.length);
    return bench.run("pretrain-auxiliary", output, settings);
  }

  @Test
  void theNetworkPredictsTheLabelAndIsFineTunedWithItsOutputLayer() throws IOException {
    CommandResult pretrained = pretrain("out", LABELLED, FOREST);
    pretrained.expect(0);
    assertThat(pretrained.err())
        .contains(
            "Teacher: 40 labelled rows, 3 folds of random-forest, linear.",
            "Task teacher",
            "nothing-to-corrupt 0")
        .doesNotContain("is ignored");
    RunResult result = result("out");
    assertThat(result.metrics().get("validation")).containsOnlyKeys("loss", "agreement");
    assertThat(result.metrics().get("test").get("agreement")).isGreaterThan(0.85);
    assertThat(result.metrics().get("train"))
        .containsEntry("teacher-rows", 40.0)
        .containsEntry("teacher-folds", 3.0)
        .containsKeys("teacher-loss", "teacher-loss-linear", "teacher-loss-random-forest")
        .containsKeys("teacher-weight-linear", "teacher-weight-random-forest");
    assertThat(pretrained.err())
        .containsPattern("weights: linear [01]\\.\\d+, random-forest [01]\\.\\d+");
    assertThat(result.metrics().get("train").get("teacher-accuracy")).isGreaterThan(0.8);
    ModelBundle bundle = bundle("out");
    assertThat(bundle.preprocessing().classes()).containsExactly("a", "b");
    assertThat(bundle.model().network().json()).doesNotContain("dev.strata");
    assertThat(bundle.provenance().configuration()).containsEntry("task.type", "teacher");

    bench.write("rows.csv", rows(3, 200, x -> x < 0 ? "a" : "b"));
    String model = "model=" + bench.path("out");
    String[] all = {model, "data.split.validation=0", "data.split.test=0", "data.exclude=[]"};
    bench.run("evaluate", "evaluated", all).expect(0);
    double before = result("evaluated").metrics().get("test").get("accuracy");
    assertThat(before).isGreaterThan(0.85);
    String[] further = {
      model, "network.layers=[]", "fine-tune.reuse-output=true", "training.epochs=1"
    };
    CommandResult tuned = bench.run("fine-tune", "tuned", further);
    assertThat(tuned.expect(0).err()).contains("hidden-1, the output layer; all layers trained");
    assertThat(result("tuned").metrics().get("test").get("accuracy")).isGreaterThan(0.85);
  }

  @Test
  void labelsAreMadeOnceAndAgainToTheSameBytes() throws IOException {
    pretrain("out", LABELLED, "training.epochs=1").expect(0);
    String whole = result("out").modelSha256();
    Path teacher = folder.resolve("out/teacher");
    assertThat(Files.readString(teacher.resolve("teacher.json"))).contains("teacher-loss");
    String manifest = Files.readString(teacher.resolve("train/manifest.json"));
    // As a run that was killed: without a result; then while the labels were written.
    interrupt("out");
    assertThat(pretrain("out", LABELLED, "training.epochs=1").expect(0).err())
        .contains("already made and unchanged");
    assertThat(result("out").modelSha256()).isEqualTo(whole);
    for (String lost : new String[] {"train/manifest.json", "teacher.json"}) {
      interrupt("out");
      Files.delete(teacher.resolve(lost));
      assertThat(pretrain("out", LABELLED, "training.epochs=1").expect(0).err())
          .contains("Teacher: 40 labelled rows");
      assertThat(Files.readString(teacher.resolve("train/manifest.json"))).isEqualTo(manifest);
      assertThat(result("out").modelSha256()).isEqualTo(whole);
    }
    // Other labelled rows are another teacher, which an unfinished training refuses.
    interrupt("out");
    bench.write("labelled.csv", rows(5, 40, x -> x < 0 ? "a" : "b"));
    assertThat(pretrain("out", LABELLED, "training.epochs=1").expect(3).err())
        .contains("task.teacher.labelled");
  }

  /** Versions without the key took the plain mean. */
  @Test
  void aRunOfAnOlderVersionKeepsEqualWeights() throws IOException {
    String[] equal = {FOREST, "training.epochs=1", "task.teacher.weights=equal"};
    String[] now = {FOREST, "training.epochs=1"};
    pretrain("old", LABELLED, equal).expect(0);
    pretrain("new", LABELLED, now).expect(0);
    String expected = result("old").modelSha256();
    assertThat(result("new").modelSha256()).isNotEqualTo(expected);
    OlderRun.without(folder.resolve("old/run.json"), "task.teacher.weights");
    interrupt("old");
    assertThat(pretrain("old", LABELLED, now).expect(0).err())
        .contains("already made and unchanged", "which it keeps: task.teacher.weights");
    assertThat(result("old").modelSha256()).isEqualTo(expected);
  }

  private void interrupt(String output) throws IOException {
    Files.delete(folder.resolve(output + "/result.json"));
  }

  @Test
  void aLabelledRowAmongTheRowsIsLabelledByModelsWithoutIt() throws IOException {
    // One row of kind a lies deep among those of kind b: models that saw it would remember it.
    bench.write("labelled.csv", rows(2, 40, x -> x < 0 ? "a" : "b") + "99,3.0,3.0,0,0,a\n");
    bench.write("rows.csv", rows(1, 40, x -> "") + "99,3.0,3.0,0,0,\n98,3.001,3.0,0,0,\n");
    pretrain(
            "out",
            LABELLED,
            FOREST,
            "training.epochs=1",
            "data.scaling=none",
            "data.split.validation=0",
            "data.split.test=0")
        .expect(0);
    Map<Float, Float> ofKindA = new TreeMap<>();
    Configuration hadoop = new Configuration();
    ShardSet set = ManifestFile.open(hadoop, bench.path("out/teacher/train"));
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      Minibatch all = reader.read(EpochOrder.sequential(manifest, 0, 1, 2, 3), 0, 42);
      for (int i = 0; i < all.rows(); i++) {
        float a = all.labels()[0].getFloat(i, 0);
        assertThat(a + all.labels()[0].getFloat(i, 1)).isCloseTo(1, within(1e-6f));
        ofKindA.put(all.inputs()[0].getFloat(i, 0), a);
      }
    }
    assertThat(ofKindA.get(3.0f)).as("by models without the row").isLessThan(0.3f);
    assertThat(ofKindA.get(3.001f)).as("by all models").isGreaterThan(ofKindA.get(3.0f) + 0.03f);
  }

  @Test
  void aColumnOfProbabilitiesIsATeacher() throws IOException {
    CommandResult pretrained = pretrain("out", COLUMN, "task.teacher.copies=0");
    pretrained.expect(0);
    assertThat(pretrained.err()).doesNotContain("Teacher:", "nothing-to-corrupt");
    assertThat(result("out").metrics().get("test").get("agreement")).isGreaterThan(0.85);
    assertThat(bundle("out").preprocessing().classes()).containsExactly("a", "b");
    assertThat(bundle("out").preprocessing().layout().features()).hasSize(2);
  }

  @Test
  void aColumnOfValuesIsATeacherOfRegression() throws IOException {
    String[] teacher = {"task.teacher.column=value", "data.label-kind=value", "data.label=null"};
    pretrain("out", teacher, "data.exclude=[kind, p]", "training.epochs=30").expect(0);
    assertThat(result("out").metrics().get("test")).containsOnlyKeys("loss");
    // The variance is 25.
    assertThat(result("out").metrics().get("test").get("loss")).isLessThan(10);
    assertThat(bundle("out").preprocessing().layout().label()).isEqualTo("value");
  }

  @Test
  void modelsFittedOnValuesAreATeacherOfRegression() throws IOException {
    pretrain(
            "out",
            LABELLED,
            "data.label=value",
            "data.label-kind=value",
            "data.exclude=[kind, p]",
            "training.epochs=30")
        .expect(0);
    assertThat(result("out").metrics().get("test").get("loss")).isLessThan(10);
    assertThat(result("out").metrics().get("train")).doesNotContainKey("teacher-accuracy");
  }

  @Test
  void withThreeClassesBoostedTreesAreLeftOutWithANotice() throws IOException {
    bench.write("labelled.csv", rows(2, 40, x -> x < -0.5 ? "a" : x < 0.5 ? "b" : "c"));
    String[] models = {"task.teacher.models=[gradient-boosting, linear]", "training.epochs=1"};
    assertThat(pretrain("out", LABELLED, models).expect(0).err())
        .contains("gradient-boosting is left out", "3 folds of linear.");
    assertThat(pretrain("other", LABELLED, "task.teacher.models=gradient-boosting").expect(2).err())
        .contains("task.teacher.models", "support two classes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task.teacher.folds=1 | task.teacher.folds | a number >= 2",
        "task.teacher.models=[] | task.teacher.models | one or more of random-forest",
        "task.teacher.models=[linear, linear] | task.teacher.models | each once",
        "task.teacher.weights=loss | task.teacher.weights | by-loss",
        "task.teacher.models=[forest] | task.teacher.models | random-forest",
        "task.teacher.copies=-1 | task.teacher.copies | a number >= 0",
        "task.teacher.column=p | task.teacher.column | task.teacher.labelled is set",
        "task.teacher.labelled.path=null | task.teacher.labelled.path | task.teacher.column",
        "task.teacher.labelled.table=t | task.teacher.labelled.table | exactly one of",
        "data.label=null | data.label | rows of task.teacher.labelled",
        "network.dl4j-json=x.json | network.dl4j-json | network.layers",
        "task.margin=2 | task.margin | has no margin",
        "task.bad-per-good=2 | task.bad-per-good | task.teacher.copies",
        "task.embedding=2 | task.embedding | outputs labels",
        "task.type=contrastive | task.teacher | has no teacher",
        "training.early-stopping.metric=accuracy | training.early-stopping.metric | agreement"
      })
  void aWrongKeyIsNamed(String setting, String key, String words) {
    CommandResult result = pretrain("out", LABELLED, setting);
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
  }

  @Test
  void severalFaultsOfAColumnAreReportedAtOnce() {
    CommandResult result =
        pretrain(
            "out",
            COLUMN,
            "data.label-classes=[]",
            "task.teacher.folds=3",
            "task.teacher.copies=0",
            "task.corruption=[{ type = resample-column }]");
    assertThat(result.expect(2).err())
        .contains("data.label-classes", "task.teacher.folds", "task.corruption");
  }

  @Test
  void wrongRowsAreNamed() {
    bench.write("labelled.csv", "row,x,y,p,value,kind\n1,1,1,0,0,a\n2,1,1,0,0,a\n3,2,1,0,0,b\n");
    assertThat(pretrain("one", LABELLED).expect(3).err())
        .contains("task.teacher.labelled", "1 different row of class a");
    bench.write("labelled.csv", "row,x,kind\n1,1,a\n2,1,b\n");
    assertThat(pretrain("two", LABELLED).expect(3).err()).contains("labelled.csv", "y");
    bench.write("rows.csv", rows(1, 30, x -> "") + "99,0,0,1.5,0,\n");
    assertThat(pretrain("three", COLUMN).expect(3).err())
        .contains("task.teacher.column", "a number in [0, 1]");
    bench.write("rows.csv", rows(1, 30, x -> ""));
    assertThat(pretrain("four", COLUMN, "data.label-classes=[a, b, c]").expect(3).err())
        .contains("task.teacher.column", "3, one for each of data.label-classes");
  }

  @Test
  void checkLooksAtTheLabelledRows() {
    String[] settings = {
      "task.type=teacher",
      "network.layers=[{ type = dense, units = 8 }]",
      "data.exclude=[p, value]",
      "task.teacher.labelled.path=" + folder + "/labelled.csv"
    };
    assertThat(bench.run("check", "out", settings).expect(0).out())
        .contains(
            "teacher, each row, and 1 corrupted copy of it: resample-column",
            "; labels of random-forest, gradient-boosting, linear, fitted on the labelled rows",
            "looked at task.teacher.labelled: columns and the 40 rows");
    settings[3] += "x";
    assertThat(bench.run("check", "out", settings).expect(3).err())
        .contains("task.teacher.labelled.path");
  }

  @Test
  void theOutputLayerOfOtherClassesIsNotReused() {
    pretrain("out", LABELLED, "training.epochs=1").expect(0);
    bench.write("rows.csv", rows(3, 60, x -> x < 0 ? "low" : "high"));
    String[] settings = {
      "model=" + bench.path("out"), "network.layers=[]", "fine-tune.reuse-output=true"
    };
    assertThat(bench.run("fine-tune", "tuned", settings).expect(2).err())
        .contains("fine-tune.reuse-output", "classes high, low", "classes a, b");
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
