package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
