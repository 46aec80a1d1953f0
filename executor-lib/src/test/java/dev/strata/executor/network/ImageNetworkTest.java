package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolution2dBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layers of images against loops over pixels, and what they refuse. */
class ImageNetworkTest {
  private static final OutputTask TASK = OutputTask.classes(3);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static NetworkSettings settings(LayerSettings... layers) {
    return NetworkSettings.of(List.of(layers), UpdaterSettings.of("adam", 0.01));
  }

  private static NetworkConfiguration build(ImageShape image, LayerSettings... layers) {
    return NetworkBuilder.build(
        settings(layers), Optional.empty(), new NetworkInput(image.length(), 0, image), TASK, 1);
  }

  private static LayerSettings convolution(
      List<Integer> kernel, int stride, int dilation, String padding) {
    return LayerSettingsConvolution2dBuilder.builder()
        .kernel(kernel)
        .stride(List.of(stride))
        .dilation(List.of(dilation))
        .filters(Optional.of(4))
        .padding(Optional.of(padding))
        .activation(Optional.of("identity"))
        .bias(Optional.of(0.5))
        .build();
  }

  private static LayerSettings pooling(String function, int size, int stride, String padding) {
    return new LayerSettings.Pooling2d(
        Optional.of(function),
        List.of(size),
        List.of(stride),
        Optional.of(padding),
        Optional.empty());
  }

  private static float[] row(ImageShape shape) {
    float[] row = new float[shape.length()];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Math.sin(1.7 * i + 0.3) - 0.4f;
    }
    return row;
  }

  private static float[] first(NetworkConfiguration network, float[] row) {
    INDArray rows = Nd4j.createFromArray(row).reshape(1, row.length);
    return new LayerActivations(network.newModel())
        .compute(rows, List.of(0))
        .get(0)
        .toFloatVector();
  }

  /** Pixels beyond the edges before the first, as TensorFlow has them with padding same. */
  private static int before(int pixels, int reach, int stride, String padding) {
    int above = count(pixels, reach, stride, padding);
    return padding.equals("same") ? Math.max(0, (above - 1) * stride + reach - pixels) / 2 : 0;
  }

  private static int count(int pixels, int reach, int stride, String padding) {
    return padding.equals("same") ? (pixels + stride - 1) / stride : (pixels - reach) / stride + 1;
  }

  @ParameterizedTest
  @CsvSource({
    "7, 6, 1, 3, 3, 1, 1, same",
    "7, 6, 1, 3, 3, 1, 1, valid",
    "7, 6, 1, 3, 5, 2, 1, same",
    "8, 9, 1, 2, 3, 2, 1, valid",
    "9, 8, 1, 3, 3, 1, 2, same",
    "9, 8, 1, 3, 2, 1, 2, valid",
    "5, 7, 3, 3, 3, 1, 1, same",
    "7, 5, 3, 2, 3, 2, 1, valid"
  })
  void aConvolutionIsTheSumOverItsWindow(
      int height,
      int width,
      int channels,
      int high,
      int wide,
      int stride,
      int dilation,
      String pad) {
    ImageShape shape = new ImageShape(height, width, channels);
    NetworkConfiguration network =
        build(
            shape, convolution(List.of(high, wide), stride, dilation, pad), LayerSettings.output());
    INDArray w = ((MultiLayerNetwork) network.newModel()).getLayer(0).getParam("W");
    float[] row = row(shape);
    int top = before(height, dilation * (high - 1) + 1, stride, pad);
    int left = before(width, dilation * (wide - 1) + 1, stride, pad);
    int rows = count(height, dilation * (high - 1) + 1, stride, pad);
    int columns = count(width, dilation * (wide - 1) + 1, stride, pad);
    float[] expected = new float[4 * rows * columns];
    for (int at = 0; at < expected.length; at++) {
      int x = at % columns * stride - left;
      int y = at / columns % rows * stride - top;
      double sum = 0.5;
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < high; i++) {
          for (int j = 0; j < wide; j++) {
            int py = y + i * dilation;
            int px = x + j * dilation;
            boolean within = py >= 0 && py < height && px >= 0 && px < width;
            sum +=
                within
                    ? w.getDouble(at / columns / rows, c, i, j)
                        * row[(py * width + px) * channels + c]
                    : 0;
          }
        }
      }
      expected[at] = (float) sum;
    }
    assertThat(first(network, row)).containsExactly(expected, within(1e-5f));
    assertThat(network.describe().layers().get(0).width()).isEqualTo(expected.length);
  }

  @ParameterizedTest
  @CsvSource({
    "max, 6, 7, 1, 2, 2, valid",
    "max, 7, 5, 3, 3, 2, same",
    "mean, 6, 7, 1, 2, 2, valid",
    "mean, 7, 8, 3, 3, 1, valid"
  })
  void poolingIsOverEachWindowOfAChannel(
      String function, int height, int width, int channels, int size, int stride, String padding) {
    ImageShape shape = new ImageShape(height, width, channels);
    NetworkConfiguration network =
        build(shape, pooling(function, size, stride, padding), LayerSettings.output());
    float[] row = row(shape);
    for (int i = 0; i < row.length; i++) {
      // Zeros beyond the edges must not be the largest.
      row[i] -= 3;
    }
    int top = before(height, size, stride, padding);
    int left = before(width, size, stride, padding);
    int rows = count(height, size, stride, padding);
    int columns = count(width, size, stride, padding);
    float[] expected = new float[channels * rows * columns];
    for (int at = 0; at < expected.length; at++) {
      double sum = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          int py = at / columns % rows * stride - top + i;
          int px = at % columns * stride - left + j;
          if (py >= 0 && py < height && px >= 0 && px < width) {
            float value = row[(py * width + px) * channels + at / columns / rows];
            sum += value;
            most = Math.max(most, value);
          }
        }
      }
      expected[at] = (float) (function.equals("max") ? most : sum / (size * size));
    }
    assertThat(first(network, row)).containsExactly(expected, within(1e-5f));
  }

  @Test
  void globalPoolingGivesOneNumberOfEachChannel() {
    ImageShape shape = new ImageShape(3, 4, 3);
    NetworkConfiguration network =
        build(
            shape,
            pooling("max", 1, 1, "valid"),
            LayerSettings.pooling("mean"),
            LayerSettings.output());
    float[] row = row(shape);
    INDArray rows = Nd4j.createFromArray(row).reshape(1, row.length);
    float[] means =
        new LayerActivations(network.newModel()).compute(rows, List.of(1)).get(0).toFloatVector();
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      for (int i = c; i < row.length; i += 3) {
        sum += row[i];
      }
      assertThat(means[c]).isCloseTo((float) (sum / 12), within(1e-5f));
    }
  }

  private static NetworkConfiguration usual() {
    return build(
        new ImageShape(28, 28, 1),
        LayerSettings.convolution2d(8, 3),
        LayerSettings.batchNorm(),
        LayerSettings.pooling2d("max", 2),
        LayerSettings.dropout(0.2),
        LayerSettings.convolution2d(16, 5),
        LayerSettings.pooling2d("mean", 2),
        LayerSettings.dense(30),
        LayerSettings.output());
  }

  @Test
  void vectorsAreMadeOfImagesWhereALayerTakesThem() {
    NetworkReport report = usual().describe();
    assertThat(report.inputWidth()).isEqualTo(784);
    assertThat(report.layers().stream().map(NetworkReport.LayerReport::width))
        .containsExactly(8 * 784, 8 * 784, 8 * 196, 8 * 196, 16 * 196, 16 * 49, 30, 3);
    assertThat(report.parameters())
        .isEqualTo((9 * 8 + 8) + 4 * 8 + (25 * 8 * 16 + 16) + (16 * 49 * 30 + 30) + (30 * 3 + 3));
    assertThat(report.layers().get(0).name()).isEqualTo("convolution-2d-1");
  }

  @Test
  void stockDl4jReadsWhatItIsWrittenTo(@TempDir Path folder) throws IOException {
    for (NetworkConfiguration network :
        List.of(
            usual(),
            build(
                new ImageShape(6, 5, 3),
                LayerSettings.convolution2d(4, 3),
                LayerSettings.output()))) {
      MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
      File file = folder.resolve("model.zip").toFile();
      model.save(file);
      MultiLayerNetwork stock = MultiLayerNetwork.load(file, true);
      INDArray rows = Nd4j.rand(5, network.describe().inputWidth());
      assertThat(stock.output(rows)).isEqualTo(model.output(rows));
    }
  }

  @Test
  void aCutNetworkGivesWhatTheWholeGives() {
    NetworkConfiguration whole = usual();
    MultiLayerNetwork model = (MultiLayerNetwork) whole.newModel();
    float[] parameters = model.params().toFloatVector();
    INDArray rows = Nd4j.rand(4, 784);
    float[] expected = model.output(rows).ravel().toFloatVector();
    for (int layers = 1; layers < 8; layers++) {
      NetworkCut cut = NetworkCut.above(whole, layers);
      int below = (int) cut.lowerParameters();
      var lower = cut.lower().newModel(java.util.Arrays.copyOf(parameters, below));
      var upper =
          (MultiLayerNetwork)
              cut.upper()
                  .newModel(java.util.Arrays.copyOfRange(parameters, below, parameters.length));
      INDArray between = new LayerActivations(lower).compute(rows, List.of(layers - 1)).get(0);
      assertThat(NetworkShapes.inputWidth(cut.upper())).isEqualTo((int) between.size(1));
      assertThat(upper.output(between).ravel().toFloatVector())
          .as("cut above layer %d", layers)
          .containsExactly(expected, within(1e-6f));
    }
  }

  private static void refused(String part, NetworkInput input, NetworkSettings settings) {
    assertThatThrownBy(() -> NetworkBuilder.build(settings, Optional.empty(), input, TASK, 1))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(part);
  }

  @Test
  void misfitsAreRefusedWithWhatWasFoundAndARemedy() {
    NetworkInput images = new NetworkInput(36, 0, new ImageShape(6, 6, 1));
    LayerSettings wide = convolution(List.of(7), 1, 1, "valid");
    refused(
        "key: network.layers[0].kernel; found: a window of 7 × 7 on images of 6 × 6 with 1 channel;"
            + " expected: at most 6 × 6",
        images,
        settings(wide, LayerSettings.output()));
    refused(
        "network.layers[2].size; found: a window of 2 × 2 on images of 1 × 1 with 4 channels",
        images,
        settings(
            convolution(List.of(3), 1, 1, "same"),
            pooling("max", 6, 6, "valid"),
            LayerSettings.pooling2d("max", 2),
            LayerSettings.output()));
    refused(
        "network.layers[1].type; found: convolution-2d on 5 numbers; expected: convolution-2d only"
            + " on images",
        images,
        settings(
            LayerSettings.dense(5), LayerSettings.convolution2d(4, 3), LayerSettings.output()));
    refused(
        "network.layers[0].padding; found: same; expected: valid with function = mean",
        images,
        settings(pooling("mean", 2, 2, "same"), LayerSettings.output()));
    refused(
        "found: convolution on images; expected: convolution-2d",
        images,
        settings(
            LayerSettings.pooling2d("max", 2),
            LayerSettings.convolution(3, 2, "relu"),
            LayerSettings.output()));
    refused(
        "key: network.image; found: nothing, and rows of 36 numbers that are not known to be"
            + " images; expected: the shape of the rows",
        NetworkInput.numbers(36),
        settings(LayerSettings.convolution2d(4, 3), LayerSettings.output()));
    refused(
        "embedding as the bottom layer",
        NetworkInput.text(8, 20),
        settings(LayerSettings.convolution2d(4, 3), LayerSettings.output()));
  }

  private static NetworkSettings seenAs(ImageShape shape, LayerSettings... layers) {
    return NetworkSettingsBuilder.builder(settings(layers)).image(Optional.of(shape)).build();
  }

  @Test
  void theShapeIsThatOfTheSettingsOrOfTheData() {
    LayerSettings[] layers = {LayerSettings.convolution2d(2, 3), LayerSettings.output()};
    NetworkInput square = new NetworkInput(36, 0, null, new ImageShape(6, 6, 1));
    NetworkInput told = new NetworkInput(36, 0, new ImageShape(4, 9, 1));
    assertThat(width(NetworkInput.numbers(36), seenAs(new ImageShape(3, 4, 3), layers)))
        .isEqualTo(2 * 12);
    assertThat(width(square, settings(layers))).isEqualTo(2 * 36);
    assertThat(width(square, seenAs(new ImageShape(3, 12, 1), layers))).isEqualTo(2 * 36);
    assertThat(width(told, settings(layers))).isEqualTo(2 * 36);
    refused(
        "network.image; found: 6 × 6 × 1; expected: 4 × 9 × 1, the shape of the data's images",
        told,
        seenAs(new ImageShape(6, 6, 1), layers));
    refused(
        "network.image; found: 5 × 7 × 1 = 35 numbers; expected: height × width × channels = 36",
        NetworkInput.numbers(36),
        seenAs(new ImageShape(5, 7, 1), layers));
  }

  /** Augmentation of a network of dense layers may need it. */
  @Test
  void rowsOfDenseLayersMayBeImages() {
    LayerSettings[] layers = {LayerSettings.dense(3), LayerSettings.output()};
    assertThat(NetworkBuilder.check(seenAs(new ImageShape(6, 6, 1), layers), TASK).none()).isTrue();
    assertThat(width(NetworkInput.numbers(36), seenAs(new ImageShape(6, 6, 1), layers)))
        .isEqualTo(3);
    refused(
        "network.image; found: 5 × 7 × 1 = 35 numbers; expected: height × width × channels = 36",
        NetworkInput.numbers(36),
        seenAs(new ImageShape(5, 7, 1), layers));
    refused(
        "network.image; found: 6 × 6 × 1; expected: 4 × 9 × 1, the shape of the data's images",
        new NetworkInput(36, 0, new ImageShape(4, 9, 1)),
        seenAs(new ImageShape(6, 6, 1), layers));
  }

  private static int width(NetworkInput input, NetworkSettings settings) {
    return NetworkBuilder.build(settings, Optional.empty(), input, TASK, 1)
        .describe()
        .layers()
        .get(0)
        .width();
  }

  @Test
  void settingsAreCheckedBeforeTheDataAreKnown() {
    NetworkSettings bad =
        settings(
            convolution(List.of(3, 3, 3), 1, 1, "some"),
            LayerSettings.pooling2d("median", 2),
            LayerSettings.output());
    assertThat(NetworkBuilder.check(bad, TASK).list())
        .extracting(NetworkProblems -> NetworkProblems.key())
        .containsExactlyInAnyOrder(
            "network.layers[0].kernel", "network.layers[0].padding", "network.layers[1].function");
    assertThat(
            NetworkBuilder.checkTop(
                    settings(LayerSettings.convolution2d(3, 3), LayerSettings.output()), TASK)
                .none())
        .isTrue();
  }
}
