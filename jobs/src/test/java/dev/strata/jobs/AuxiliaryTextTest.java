package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.preprocess.Vocabulary;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Sentences against corrupted ones, and what is made of the network that learned them. */
class AuxiliaryTextTest {
  private static final String[] NOUNS = {"cat", "dog", "hen"};
  private static final String[] VERBS = {"sees", "hears", "likes"};
  private static final String CONFIGURATION =
      """
      data {
        path = "FOLDER/sentences.csv"
        text { column = sentence, tokenizer = whitespace }
        exclude = [mood]
        split { validation = 0.2 }
        blocks = 4
      }
      task { type = max-margin, corruption = [{ type = replace-word }] }
      network {
        layers = [
          { type = embedding, units = 6, name = words }
          { type = convolution, units = 8, kernel = 3, padding = same }
          { type = pooling, function = sum }
        ]
        updater { type = adam, learning-rate = 0.05 }
      }
      training { workers = 2, batch-size = 8, epochs = 12 }
      averaging.every = 2
      """;

  private static final String WORDS =
      """
      data {
        path = "FOLDER/sentences.csv"
        text { column = sentence, tokenizer = whitespace }
        exclude = [mood]
        split { validation = 0.2 }
        blocks = 4
      }
      task.type = co-occurrence
      network.layers = [{ type = embedding, units = 4 }, { type = pooling }]
      training.workers = 2
      """;

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
    bench.write("c.conf", CONFIGURATION.replace("FOLDER", folder.toString()));
    bench.write("sentences.csv", sentences());
  }

  /** The nouns, a verb between them, and one of two moods by the verb. */
  private static String sentences() {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder("sentence,mood\n");
    for (int i = 0; i < 150; i++) {
      int verb = random.nextInt(3);
      text.append("the ").append(NOUNS[random.nextInt(3)]).append(' ').append(VERBS[verb]);
      text.append(" the ").append(NOUNS[random.nextInt(3)]);
      text.append(i % 2 == 0 ? " now" : "").append(',').append(verb == 2 ? "good" : "bad");
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  void sentencesAreRankedAndTheirWordsVectorsReused() {
    CommandResult pretrained = bench.run("pretrain-auxiliary", "out");
    pretrained.expect(0);
    assertThat(pretrained.err()).contains("words", "EmbeddingSequenceLayer", "score");
    double ranked = result("out").metrics().get("validation").get("ranking-accuracy");
    assertThat(ranked).isGreaterThan(0.7);
    assertThat(bundle("out").provenance().configuration())
        .containsEntry("data.text.tokenizer", "whitespace");
    String model = "model=" + bench.path("out");

    bench
        .run(
            "fine-tune",
            "tuned",
            model,
            "network.layers=[]",
            "task.type=null",
            "data.exclude=[]",
            "data.label=mood",
            "training.epochs=8",
            "fine-tune.learning-rate.reused=1")
        .expect(0);
    ModelBundle tuned = bundle("tuned");
    assertThat(((MultiLayerNetwork) tuned.model().newModel()).getLayerNames())
        .containsExactly("words", "convolution-1", "pooling-1", "output");
    assertThat(tuned.preprocessing().vocabulary())
        .isEqualTo(bundle("out").preprocessing().vocabulary());
    assertThat(result("tuned").metrics().get("validation").get("accuracy")).isGreaterThan(0.8);

    bench.run("extract", "features", model, "extract.layers=[pooling-1, output]").expect(0);
    var rows = LocalSpark.session().read().parquet(bench.path("features/features")).collectAsList();
    assertThat(rows).hasSize(150);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("pooling_1"))).hasSize(8);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("output"))).hasSize(1);
  }

  @Test
  void textsThatCannotBeLearnedFromAreNamed() {
    CommandResult table =
        bench.run("pretrain-auxiliary", "out", "task.corruption=[{ type = replace-column }]");
    assertThat(table.err()).contains("task.corruption[0].type", "replace-word");
    table.expect(2);

    CommandResult common =
        bench.run("pretrain-auxiliary", "out", "data.text.min-count=200", "--overwrite");
    assertThat(common.err()).contains("data.text.min-count", "vocabulary");
    common.expect(3);

    bench.write("sentences.csv", sentences() + "\" \",good\n");
    CommandResult empty = bench.run("pretrain-auxiliary", "out", "--overwrite");
    assertThat(empty.err()).contains("sentence").doesNotContain("\tat ");
    empty.expect(3);
  }

  private CommandResult coOccurrence(String output, String... settings) {
    bench.write("c.conf", WORDS.replace("FOLDER", folder.toString()));
    return bench.run("pretrain-auxiliary", output, settings);
  }

  @Test
  void wordsWithTheSameNeighboursGetVectorsThatAreAlike() {
    // Nouns stand beside the same words, and never beside each other.
    CommandResult computed = coOccurrence("out", "task.co-occurrence.window=1");
    computed.expect(0);
    assertThat(computed.err()).contains("Task co-occurrence", "EmbeddingSequenceLayer");
    assertThat(computed.err()).contains("Not used by this task: the validation rows.");
    assertThat(computed.out()).contains("Computed").doesNotContain("examples/s");
    assertThat(result("out").metrics().get("train"))
        .containsOnlyKeys("explained", "pairs", "words-without-vector");
    assertThat(result("out").metrics().get("train").get("explained")).isBetween(0.5, 1.0);
    assertThat(result("out").epochs()).isZero();
    ModelBundle bundle = bundle("out");
    MultiLayerNetwork network = (MultiLayerNetwork) bundle.model().newModel();
    INDArray vectors = network.getLayer(0).getParam("W");
    Vocabulary words = bundle.preprocessing().vocabulary();
    assertThat(vectors.shape()).containsExactly(words.size(), 4);
    assertThat(vectors.getRow(Vocabulary.PADDING).toFloatVector()).containsOnly(0f);
    double nouns = cosine(vectors, words, "cat", "hen");
    assertThat(nouns).isGreaterThan(0.7);
    assertThat(nouns).isGreaterThan(cosine(vectors, words, "cat", "sees"));
    assertThat(nouns).isGreaterThan(cosine(vectors, words, "cat", "now"));

    bench
        .run("extract", "features", "model=" + bench.path("out"), "extract.layers=[pooling-1]")
        .expect(0);
    var rows = LocalSpark.session().read().parquet(bench.path("features/features")).collectAsList();
    assertThat(rows).hasSize(150);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("pooling_1"))).hasSize(4);
    bench
        .run(
            "fine-tune",
            "tuned",
            "model=" + bench.path("out"),
            "network.layers=[{ type = output }]",
            "task.type=null",
            "data.exclude=[]",
            "data.label=mood",
            "network.updater.learning-rate=0.05",
            "training.epochs=8")
        .expect(0);
    assertThat(result("tuned").metrics().get("validation").get("accuracy")).isGreaterThan(0.8);
  }

  @Test
  void theSeparatorOfTwoColumnsHasNoVector() {
    coOccurrence("out", "data.text.column=[mood, sentence]", "data.exclude=[]").expect(0);
    MultiLayerNetwork network = (MultiLayerNetwork) bundle("out").model().newModel();
    INDArray vectors = network.getLayer(0).getParam("W");
    assertThat(vectors.getRow(Vocabulary.SEPARATOR).toFloatVector()).containsOnly(0f);
    assertThat(vectors.getRow(Vocabulary.SEPARATOR + 1).toFloatVector()).doesNotContain(0f);
  }

  private static double cosine(INDArray vectors, Vocabulary words, String one, String other) {
    INDArray first = vectors.getRow(words.firstWord() + words.words().indexOf(one));
    INDArray second = vectors.getRow(words.firstWord() + words.words().indexOf(other));
    return Transforms.cosineSim(first, second);
  }

  /** Counts are whole numbers: how the rows are shared does not change their sums. */
  @Test
  void workersAndRepetitionsGiveTheSameBytes() {
    coOccurrence("one", "training.workers=1").expect(0);
    coOccurrence("three", "training.workers=3").expect(0);
    assertThat(result("three").modelSha256()).isEqualTo(result("one").modelSha256());
    CommandResult again = coOccurrence("one", "training.workers=1");
    assertThat(again.expect(0).err()).contains("finished");
    coOccurrence("wide", "task.co-occurrence.window=2").expect(0);
    assertThat(result("wide").modelSha256()).isNotEqualTo(result("one").modelSha256());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task.co-occurrence.window=0 | task.co-occurrence.window | [1, 100]",
        "task.co-occurrence.power=1.5 | task.co-occurrence.power | (0, 1]",
        "task.co-occurrence.frequency=0 | task.co-occurrence.frequency | > 0",
        "training.epochs=3 | training.epochs | computes without training steps",
        "training.early-stopping.metric=accuracy | training.early-stopping | computes without",
        "task.corruption=[{ type = drop-word }] | task.corruption | uses no corruption",
        "task.margin=2 | task.margin | has no margin",
        "network.updater.learning-rate=0.1 | network.updater.learning-rate | computes without training steps",
        "network.layers=[{ type = embedding, units = 4 }, { type = pooling, function = max }] |"
            + " network.layers | function = mean",
        "network.layers=[{ type = embedding, units = 4 }] | network.layers | type = pooling",
        "network.layers=[{ type = dense, units = 4 }] | network.layers | type = pooling",
        "data.text.column=null | data.text.column | the column of the texts",
        "task.type=max-margin | task.co-occurrence | counts no words",
      })
  void aWrongKeyOfCoOccurrenceIsNamed(String setting, String key, String words) {
    CommandResult result = coOccurrence("out", "task.co-occurrence.window=4", setting);
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
  }

  @Test
  void moreUnitsThanWordsAreAnError() {
    CommandResult result =
        coOccurrence(
            "out", "network.layers=[{ type = embedding, units = 50 }, { type = pooling }]");
    assertThat(result.err())
        .contains("network.layers[0].units", "50 units")
        .doesNotContain("\tat ");
    result.expect(3);
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
