package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.layer.FractionalPooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of {@code network.layers} over images, command by command. */
class ImageCommandTest {
  private static final int HEIGHT = 8;
  private static final int WIDTH = 6;

  private static final String CONFIGURATION =
      """
      data {
        format = idx, path = "FOLDER/images.idx", labels-path = "FOLDER/labels.idx"
        label = label, scaling = divide-by, divide-by = 255.0, blocks = 4
        split { validation = 0.2, test = 0.2 }
      }
      network {
        layers = [
          { type = convolution-2d, filters = 4, kernel = 3 }
          { type = batch-norm }
          { type = pooling-2d }
          { type = convolution-2d, filters = 6, kernel = [2, 3], padding = valid, dropout = 0.1 }
          { type = dense, units = 10 }
          { type = output }
        ]
        updater { type = adam, learning-rate = 0.02 }
      }
      training { workers = 2, batch-size = 10, epochs = 6 }
      averaging.every = 3
      """;

  @TempDir Path folder;

  private Workbench bench;

  @BeforeEach
  void images() {
    bench = new Workbench(folder);
    int rows = 200;
    byte[] pixels = new byte[rows * HEIGHT * WIDTH];
    byte[] labels = new byte[rows];
    Random random = new Random(3);
    for (int row = 0; row < rows; row++) {
      labels[row] = (byte) (row % 2);
      int line = random.nextInt(labels[row] == 0 ? HEIGHT : WIDTH);
      for (int i = 0; i < HEIGHT * WIDTH; i++) {
        boolean on = labels[row] == 0 ? i / WIDTH == line : i % WIDTH == line;
        pixels[row * HEIGHT * WIDTH + i] = (byte) (random.nextInt(60) + (on ? 150 : 0));
      }
    }
    bench.write("images.idx", Workbench.idx(new int[] {rows, HEIGHT, WIDTH}, pixels));
    bench.write("labels.idx", Workbench.idx(new int[] {rows}, labels));
    bench.write("c.conf", CONFIGURATION.replace("FOLDER", folder.toString()));
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  private double accuracy(String output) {
    return result(output).metrics().get("test").get("accuracy");
  }

  /** Horizontal against vertical lines, anywhere: what a convolution is for. */
  @Test
  void trainsEvaluatesExtractsAndFineTunesWithoutDl4jJson() throws IOException {
    bench.run("train", "out").expect(0);
    assertThat(accuracy("out")).isGreaterThan(0.9);
    MultiLayerNetwork stock =
        MultiLayerNetwork.load(folder.resolve("out/model/model.zip").toFile(), true);
    assertThat(stock.getLayerNames())
        .containsExactly(
            "convolution-2d-1",
            "batch-norm-1",
            "pooling-2d-1",
            "convolution-2d-2",
            "dense-1",
            "output");
    String model = "model=" + bench.path("out");
    bench.run("evaluate", "evaluated", model).expect(0);
    bench.run("evaluate", "views", model, "evaluation.crops.flip=true").expect(0);
    assertThat(accuracy("views")).isGreaterThan(0.9);
    assertThat(result("views").metrics()).isNotEqualTo(result("evaluated").metrics());
    assertThat(bench.run("evaluate", "far", model, "evaluation.crops.pixels=6").expect(2).err())
        .contains("evaluation.crops.pixels", "less than 6");
    bench
        .run("extract", "features", model, "data.label=null", "extract.layers=[pooling-2d-1]")
        .expect(0);
    assertThat(
            LocalSpark.session()
                .read()
                .parquet(bench.path("features/features"))
                .select("pooling_2d_1")
                .first()
                .getList(0))
        .hasSize(4 * 4 * 3);
    // The output of the frozen convolutions is computed once, and a dense network trained on it.
    bench
        .run(
            "fine-tune",
            "tuned",
            model,
            "fine-tune.reuse.count=4",
            "fine-tune.freeze=4",
            "network.layers=[{ type = dense, units = 7 }, { type = output }]")
        .expect(0);
    assertThat(accuracy("tuned")).isGreaterThan(0.9);
    bench
        .run(
            "fine-tune",
            "between",
            model,
            "fine-tune.freeze=pooling-2d-1",
            "fine-tune.reinitialize=[convolution-2d-2]",
            "network.layers=[]")
        .expect(0);
    assertThat(accuracy("between")).isGreaterThan(0.8);
  }

  /** Windows are drawn in training: an interrupted run draws the same. */
  @Test
  void fractionalPoolingTrainsResumesAndIsReused() throws IOException {
    String[] settings = {
      "network.layers=[{ type = convolution-2d, filters = 4, kernel = 3 },"
          + " { type = pooling-2d, function = fractional-max, ratio = 0.7 },"
          + " { type = dense, units = 8 }, { type = output }]",
      "checkpoint.every-rounds=1",
      "training.epochs=5"
    };
    bench.run("train", "whole", settings).expect(0);
    assertThat(accuracy("whole")).isGreaterThan(0.9);
    String[] shorter = settings.clone();
    shorter[2] = "training.epochs=2";
    bench.run("train", "cut", shorter).expect(0);
    Files.delete(folder.resolve("cut/result.json"));
    Files.deleteIfExists(folder.resolve("cut/.result.json.crc"));
    assertThat(bench.run("train", "cut", settings).expect(0).err()).contains("Resuming after");
    assertThat(result("cut").modelSha256()).isEqualTo(result("whole").modelSha256());
    MultiLayerNetwork read =
        MultiLayerNetwork.load(folder.resolve("whole/model/model.zip").toFile(), true);
    assertThat(read.getLayer(1).conf().getLayer()).isInstanceOf(FractionalPooling.class);
    String model = "model=" + bench.path("whole");
    bench.run("evaluate", "evaluated", model).expect(0);
    assertThat(accuracy("evaluated")).isEqualTo(accuracy("whole"));
    bench
        .run("fine-tune", "tuned", model, "fine-tune.freeze=pooling-2d-1", "network.layers=[]")
        .expect(0);
    assertThat(accuracy("tuned")).isGreaterThan(0.8);
    assertThat(
            bench
                .run("train", "bad", settings[0].replace("0.7", "1.5"), "training.epochs=1")
                .expect(2)
                .err())
        .contains("network.layers[1].ratio", "1.5");
  }

  @Test
  void pretrainsByAuxiliaryTasksAndReusesWhatTheyLearned() {
    String layers =
        "network.layers=[{ type = convolution-2d, filters = 4, kernel = 3 },"
            + " { type = pooling-2d, function = mean }, { type = dense, units = 8 }]";
    for (String type : new String[] {"contrastive", "good-or-bad"}) {
      bench
          .run(
              "pretrain-auxiliary",
              type,
              layers,
              "data.label=null",
              "data.exclude=[label]",
              "task.type=" + type,
              "task.corruption=[{ type = rotate, from = 90, to = 90 }]",
              "training.epochs=2")
          .expect(0);
      bench
          .run("fine-tune", type + "-tuned", "model=" + bench.path(type), "network.layers=[]")
          .expect(0);
      assertThat(accuracy(type + "-tuned")).isGreaterThan(0.8);
    }
  }

  @Test
  void augmentationChangesTheModelAndEndsTheSameEachTime() {
    String augmentation =
        "training.augmentation=[{ type = flip }, { type = crop, padding = 1 },"
            + " { type = colour-jitter, contrast = 0.3 }]";
    bench.run("train", "plain", "training.epochs=4").expect(0);
    bench.run("train", "long", "training.epochs=4", augmentation).expect(0);
    // Continues from the checkpoint of its second epoch.
    bench.run("train", "short", "training.epochs=2", augmentation).expect(0);
    bench.run("train", "short", "training.epochs=4", augmentation).expect(0);
    String whole = result("long").modelSha256();
    assertThat(result("short").modelSha256()).isEqualTo(whole);
    assertThat(result("plain").modelSha256()).isNotEqualTo(whole);
    assertThat(accuracy("long")).isGreaterThan(0.7);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    String wide =
        "network.layers=[{ type = convolution-2d, filters = 2, kernel = 7, padding = valid },"
            + " { type = output }]";
    assertThat(bench.run("train", "wide", wide).expect(2).err())
        .contains("network.layers[0].kernel", "7 × 7 on images of 8 × 6", "at most 8 × 6");
    assertThat(
            bench.run("train", "shape", "network.image={ height = 4, width = 12 }").expect(2).err())
        .contains("network.image", "8 × 6 × 1, the shape of the data's images");
    assertThat(bench.run("train", "half", "network.image.height=8").expect(2).err())
        .contains("network.image.width", "both are set together");
    bench.write("c.conf", TABLE.replace("FOLDER", folder.toString()));
    assertThat(bench.run("train", "table").expect(2).err())
        .contains("network.image", "rows of 2 numbers", "dense layers alone");
    assertThat(
            bench
                .run(
                    "train",
                    "crop",
                    "network.layers=[{ type = output }]",
                    "training.augmentation=[{ type = crop, padding = 1 }]")
                .expect(2)
                .err())
        .contains("crop needs images", "training.augmentation[0].type", "network.image");
    assertThat(
            bench
                .run(
                    "train",
                    "jitter",
                    "network.layers=[{ type = output }]",
                    "training.augmentation=[{ type = replace-column }]")
                .expect(2)
                .err())
        .contains("training.augmentation", "task.corruption");
  }

  private static final String TABLE =
      """
      data { path = "FOLDER/rows.csv", label = kind, id = [row], split { test = 0.2 } }
      network.layers = [{ type = convolution-2d, filters = 2, kernel = 1 }, { type = output }]
      """;
}
