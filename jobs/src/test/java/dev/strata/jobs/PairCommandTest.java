package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.preprocess.FeatureColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pretrain-auxiliary} with the task same-or-different, on small pictures of people. */
class PairCommandTest {
  private static final int PEOPLE = 24;
  private static final int PHOTOS = 4;
  private static final int HEIGHT = 8;
  private static final int WIDTH = 6;

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() throws IOException {
    bench = new Workbench(folder);
    for (int person = 0; person < PEOPLE; person++) {
      Path own = Files.createDirectories(folder.resolve("photos/s" + person));
      for (int photo = 0; photo < PHOTOS; photo++) {
        Files.write(own.resolve(photo + ".pgm"), photo(person, photo));
      }
    }
  }

  /** A person is a brightness of each quarter; a photo has other light and much noise. */
  private static byte[] photo(int person, int photo) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("P5\n%d %d\n255\n".formatted(WIDTH, HEIGHT).getBytes(StandardCharsets.US_ASCII));
    Random own = new Random(person);
    int[] quarters = {own.nextInt(120), own.nextInt(120), own.nextInt(120), own.nextInt(120)};
    Random noise = new Random(100L * person + photo);
    int light = noise.nextInt(60);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int quarter = quarters[2 * (2 * y / HEIGHT) + 2 * x / WIDTH];
        out.write(quarter + light + noise.nextInt(70));
      }
    }
    return out.toByteArray();
  }

  private CommandResult pretrain(String output, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.path=" + bench.path("photos"),
                "data.format=images",
                "data.label=null",
                "data.id=[]",
                "data.group=folder",
                "data.split={ by = group, column = folder, validation = 0.25, test = 0.25 }",
                "data.images.resize=[4, 4]",
                "data.scaling=divide-by",
                "task.type=same-or-different",
                "task.embedding=3",
                "task.augmentation=[{ type = shift, pixels = 1 }]",
                "network.layers=[{ type = dense, units = 12, activation = tanh, name = hidden }]",
                "network.updater.learning-rate=0.01"));
    settings.addAll(List.of(more));
    return bench.run("pretrain-auxiliary", output, settings.toArray(String[]::new));
  }

  @Test
  void photosOfPeopleNeverSeenAreToldApartByTheirEmbeddings() throws IOException {
    CommandResult pretrained = pretrain("out", "training.epochs=16");
    pretrained.expect(0);
    assertThat(pretrained.err()).contains("Task same-or-different", "embedding", "groups 12");
    RunResult result = result("out");
    assertThat(result.examplesSeen()).isEqualTo(16 * 12 * PHOTOS);
    assertThat(result.parameters()).isEqualTo(16 * 12 + 12 + 12 * 3 + 3);
    assertThat(result.metrics().get("train"))
        .containsOnlyKeys("loss", "groups", "without-mate")
        .containsEntry("groups", 12.0);
    for (String part : List.of("validation", "test")) {
      assertThat(result.metrics().get(part)).containsOnlyKeys("loss", "roc-auc", "accuracy");
      assertThat(result.metrics().get(part).get("roc-auc")).as(part).isGreaterThan(0.75);
    }

    ModelBundle bundle = bundle("out");
    assertThat(bundle.model().network().json()).doesNotContain("dev.strata");
    assertThat(((MultiLayerNetwork) bundle.model().newModel()).getLayerNames())
        .containsExactly("hidden", "embedding");
    assertThat(bundle.provenance().configuration()).containsEntry("task.embedding", "3");
    FeatureColumn image = bundle.preprocessing().layout().features().get(0);
    assertThat(image.resize().words()).isEqualTo("8 × 6 to 4 × 4");
    assertThat(folder.resolve("out/report.html")).content().contains("roc-auc");

    // New photos are resized as the model's were, without a word of it.
    String photos = "data.path=" + bench.path("photos");
    String model = "model=" + bench.path("out");
    bench
        .run(
            "extract",
            "features",
            model,
            photos,
            "data.format=images",
            "data.label=null",
            "data.id=[folder, name]",
            "extract.layers=[hidden, output]")
        .expect(0);
    List<Row> rows =
        LocalSpark.session().read().parquet(bench.path("features/features")).collectAsList();
    assertThat(rows).hasSize(PEOPLE * PHOTOS);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("output"))).hasSize(3);

    bench
        .run(
            "fine-tune",
            "tuned",
            model,
            photos,
            "data.format=images",
            "data.label=folder",
            "data.id=[]",
            "network.layers=[]")
        .expect(0);
    assertThat(((MultiLayerNetwork) bundle("tuned").model().newModel()).getLayerNames())
        .containsExactly("hidden", "output");
  }

  @Test
  void theSameSeedGivesTheSameModel() {
    pretrain("a").expect(0);
    pretrain("b").expect(0);
    assertThat(result("b").modelSha256()).isEqualTo(result("a").modelSha256());
    assertThat(result("b").metrics()).isEqualTo(result("a").metrics());
    pretrain("c", "task.augmentation=[]").expect(0);
    assertThat(result("c").modelSha256()).isNotEqualTo(result("a").modelSha256());
  }

  @Test
  void aGroupWithOneMemberIsNamed() throws IOException {
    Path own = Files.createDirectories(folder.resolve("photos/zoe"));
    Files.write(own.resolve("1.pgm"), photo(77, 1));
    CommandResult result = pretrain("out");
    assertThat(result.err())
        .contains("data.group", "one row of group zoe", "at least two rows per group")
        .doesNotContain("\tat ");
    result.expect(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.group=null | data.group | the column that groups rows",
        "data.split.by=random | data.split.by | a random split would separate rows of one group",
        "task.embedding=0 | task.embedding | a number >= 1",
        "network.dl4j-json=x.json | task.embedding | the output of the network",
        "task.corruption=[{ type = flip }] | task.corruption | uses no corruption",
        "task.augmentation=[{ type = flipp }] | task.augmentation[0].type | flip",
        "data.images.resize=[4] | data.images.resize | two numbers",
        "data.images={ resize = [], sizes = any } | data.images.resize | [height, width]",
        "data.images.colour=gray | data.images.colour | grey"
      })
  void aWrongKeyIsNamed(String setting, String key, String words) {
    CommandResult result = pretrain("out", setting);
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
  }

  @Test
  void checkDescribesThePairs() {
    CommandResult result =
        bench.run(
            "check",
            "out",
            "task.type=same-or-different",
            "task.augmentation=[{ type = flip }]",
            "data.group=kind",
            "data.label=null",
            "data.split={ by = group, column = kind }",
            "network.layers=[{ type = dense, units = 12, name = hidden }]",
            "network.input=2");
    assertThat(result.expect(0).out())
        .contains(
            "same-or-different, pairs of rows by kind, 32 numbers per row; augmentation: flip")
        .containsPattern("embedding +OutputLayer +identity +32");
  }

  private ModelBundle bundle(String output) {
    return BundleReader.open(new Configuration(), bench.path(output), "model");
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }
}
