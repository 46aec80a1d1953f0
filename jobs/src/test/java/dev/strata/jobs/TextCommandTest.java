package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.api.FrozenFeatures;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A classifier of sentences, and every command on it. */
class TextCommandTest {
  private static final String[] WORDS = {"film", "play", "story", "cast", "scene", "music"};
  private static final String CONFIGURATION =
      """
      data {
        path = "FOLDER/reviews.csv"
        label = mood
        id = [row]
        text { column = review, min-count = 2 }
        split { validation = 0.2, test = 0.2 }
        blocks = 4
      }
      network {
        layers = [
          { type = embedding, units = 4, name = words, vectors = "FOLDER/vectors.txt" }
          { type = convolution, units = 6, kernel = 3, activation = tanh, name = windows }
          { type = pooling, function = max, name = text }
          { type = output }
        ]
        updater { type = adam, learning-rate = 0.05 }
      }
      training { workers = 2, batch-size = 8, epochs = 6 }
      averaging.every = 4
      """;

  @TempDir private static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void aModel() {
    bench = new Workbench(folder);
    bench.write("c.conf", CONFIGURATION.replace("FOLDER", folder.toString()));
    bench.write("reviews.csv", reviews());
    bench.write("vectors.txt", "good 1 1 1 1\nbad -1 -1 -1 -1\nabsent 2 2 2 2\n");
    assertThat(bench.run("check", "model").expect(0).out()).contains("not prepared yet");
    CommandResult trained = bench.run("train", "model").expect(0);
    assertThat(trained.err())
        .contains(
            "texts of at most 5 words",
            "Vectors: 2 of ",
            "vocabulary words have a pretrained vector");
    assertThat(bench.run("check", "model").expect(0).out()).contains("EmbeddingSequenceLayer");
  }

  /** "The film is good!", and that it is not good is bad. */
  private static String reviews() {
    StringBuilder text = new StringBuilder("row,review,mood\n");
    for (int i = 0; i < 180; i++) {
      boolean good = i % 4 == 0 || i % 4 == 3;
      String said =
          (i % 4 == 2 ? "is not good" : i % 4 == 3 ? "is not bad" : good ? "is good" : "is bad");
      text.append(i).append(",The ").append(WORDS[i % WORDS.length]).append(' ').append(said);
      text.append(i % 5 == 0 ? "!" : "").append(',').append(good ? "good" : "bad").append('\n');
    }
    return text.toString();
  }

  private static RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  private static ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  @Test
  void itLearnsAndTellsWhatItsWordsBeganWith() {
    assertThat(result("model").metrics().get("test").get("accuracy")).isGreaterThan(0.9);
    int words = bundle("model").preprocessing().vocabulary().words().size();
    assertThat(result("model").metrics().get("train").get("vectors-of-words"))
        .isEqualTo(2.0 / words);
    assertThat(bundle("model").provenance().metrics().get("train"))
        .containsKeys("vectors-of-words", "vectors-of-texts");
    bench.run("evaluate", "measured", "model=" + bench.path("model")).expect(0);
    assertThat(result("measured").metrics().get("test"))
        .isEqualTo(result("model").metrics().get("test"));
  }

  @Test
  void featuresAreThoseOfStockDl4jWithTheMaskOfTheWords() throws Exception {
    bench.write(
        "new.csv",
        "row,review,mood\n1,The film is not good,bad\n2,  ?!  ,bad\n3,zebra is bad,bad\n");
    CommandResult extracted =
        bench
            .run(
                "extract",
                "features",
                "model=" + bench.path("model"),
                "data.path=" + bench.path("new.csv"),
                "extract.layers=[words, windows, text, output]",
                "extract.predictions=true",
                "extract.bad-rows=quarantine")
            .expect(0);
    assertThat(extracted.err()).contains("could not be used: 1 row");
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("features/features"))
            .orderBy("row")
            .collectAsList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("words"))).hasSize(4 * 5);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("windows"))).hasSize(6 * 5);
    List<Float> text = rows.get(1).getList(rows.get(1).fieldIndex("text"));
    MultiLayerNetwork stock =
        ModelSerializer.restoreMultiLayerNetwork(
            folder.resolve("model/model/model.zip").toFile(), false);
    List<String> known = bundle("model").preprocessing().vocabulary().words();
    INDArray ids =
        Nd4j.createFromArray(
            new float[][] {{1, 2 + known.indexOf("is"), 2 + known.indexOf("bad"), 0, 0}});
    stock.setLayerMaskArrays(ids.neq(0).castTo(ids.dataType()), null);
    float[] expected = stock.feedForwardToLayer(2, ids, false).get(3).toFloatVector();
    for (int i = 0; i < expected.length; i++) {
      assertThat(text.get(i)).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void lowerLayersAreFrozenAndTheirTextsVectorComputedOnce() {
    String[] common = {
      "model=" + bench.path("model"), "network.layers=[{type=dense,units=5},{type=output}]",
    };
    CommandResult tuned =
        bench.run("fine-tune", "tuned", common[0], common[1], "fine-tune.freeze=text").expect(0);
    assertThat(tuned.err())
        .contains("words, windows, text", "at most 5 words (longer texts are truncated)")
        .doesNotContain("in the training texts");
    long frozen = 4L * bundle("model").preprocessing().vocabularySize() + 3 * 4 * 6 + 6;
    assertThat(bundle("tuned").model().parameters().part(0, frozen).toFloats())
        .isEqualTo(bundle("model").model().parameters().part(0, frozen).toFloats());
    assertThat(result("tuned").metrics().get("test").get("accuracy")).isGreaterThan(0.8);
    CommandResult within =
        bench.run("fine-tune", "other", common[0], common[1], "fine-tune.freeze=words").expect(2);
    assertThat(within.err())
        .contains("fine-tune.freeze", "computes the output of frozen layers once");
    String thaw = "fine-tune.thaw=[{epoch=2,layers=1}]";
    CommandResult thawed =
        bench
            .run("fine-tune", "other", common[0], common[1], "fine-tune.freeze=text", thaw)
            .expect(2);
    assertThat(thawed.err()).contains("fine-tune.thaw[0].layers", "not windows");
    CommandResult searched =
        bench.run("check", "other", common[0], common[1], "fine-tune.search.reuse=[1,3]").expect(2);
    assertThat(searched.err())
        .contains("cannot train layers-1-fresh-0-frozen-0", "network.layers[0].type");
    CommandResult otherwise =
        bench
            .run("fine-tune", "other", common[0], common[1], "data.text.tokenizer=whitespace")
            .expect(2);
    assertThat(otherwise.err()).contains("data.text");
  }

  @Test
  void vectorsAloneAreReusedBelowAMeanOfThem() {
    bench
        .run(
            "fine-tune",
            "mean",
            "model=" + bench.path("model"),
            "fine-tune.reuse.count=1",
            "network.layers=[{type=pooling,function=mean},{type=output}]")
        .expect(0);
    assertThat(bundle("mean").model().parameters().length())
        .isEqualTo(4L * bundle("model").preprocessing().vocabularySize() + 4 * 2 + 2);
  }

  @Test
  void aColumnOfParquetUnderAnotherNameIsReadByAStageOfAPipeline() {
    bench.write("told.csv", "row,said\n1,The film is not good\n2,zebra is bad\n");
    var session = LocalSpark.session();
    String parquet = bench.path("told.parquet");
    session.read().option("header", "true").csv(bench.path("told.csv")).write().parquet(parquet);
    FrozenFeatures stage =
        new FrozenFeatures().setModel(bench.path("model")).setInputCol("said").setLayers("text");
    List<Row> named =
        stage.transform(session.read().parquet(parquet)).orderBy("row").collectAsList();
    Dataset<Row> own = session.read().parquet(parquet).withColumnRenamed("said", "review");
    List<Row> expected =
        new FrozenFeatures()
            .setModel(bench.path("model"))
            .setLayers("text")
            .transform(own)
            .orderBy("row")
            .collectAsList();
    assertThat(named).hasSize(2).isEqualTo(expected);
    assertThat(named.get(0).get(2)).isNotEqualTo(named.get(1).get(2));
  }

  @Test
  void settingsOfTextsThatAreTheModelsOwnAreNoOthers() {
    String model = "model=" + bench.path("model");
    String[] same = {"data.text.min-count=2", "data.text.length=5", "data.text.tokenizer=unicode"};
    bench.run("evaluate", "same", model, same[0], same[1], same[2]).expect(0);
    CommandResult longer =
        bench
            .run("fine-tune", "longer", model, "network.layers=[]", "data.text.length=9")
            .expect(2);
    assertThat(longer.err()).contains("data.text.length", "9", "5, the model's value");
  }

  @Test
  void checkLooksAtTheFileOfTheVectorsAndTrainingDoesBeforeItPrepares() {
    String layers =
        "network.layers=[{type=embedding,units=%d,vectors=\"%s\"},{type=pooling},{type=output}]";
    String missing = layers.formatted(4, bench.path("absent.txt"));
    assertThat(bench.run("check", "none", missing).expect(2).err())
        .contains("network.layers[0].vectors", "does not exist", "absent.txt");
    assertThat(bench.run("check", "none", layers.formatted(7, bench.path("vectors.txt"))).err())
        .contains("network.layers[0].vectors", "4 numbers", "units = 4");
    assertThat(bench.run("train", "none", missing).expect(2).err()).contains("does not exist");
    assertThat(folder.resolve("none/shards")).doesNotExist();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThat(
            bench
                .run("train", "refused", "network.layers=[{type=dense,units=3},{type=output}]")
                .expect(2)
                .err())
        .contains("embedding as the bottom layer");
    assertThat(bench.run("train", "refused", "data.text.column=null").expect(2).err())
        .contains("data.text.column");
    assertThat(bench.run("pretrain", "refused", "pretrain.layers=[{units=3}]").expect(2).err())
        .contains("data.text.column", "pretrain-auxiliary");
    assertThat(bench.run("train", "refused", "data.text.max-size=1").expect(2).err())
        .contains("data.text.max-size", "at least 2");
    assertThat(bench.run("train", "refused", "data.scaling=standard").expect(2).err())
        .contains("data.scaling");
  }
}
