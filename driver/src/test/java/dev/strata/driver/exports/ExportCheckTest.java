package dev.strata.driver.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.TimeRule;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * Exported files are compared with their models by two programs, on columns of every kind and on
 * layers of text; a file that computes something else is refused.
 */
@Seeded(0)
class ExportCheckTest {
  private static final double MOST = 1e-5;

  private final Seed first;

  ExportCheckTest(Seed first) {
    this.first = first;
  }

  private static CheckedExport check(ModelBundle bundle, boolean encoded) {
    List<String> layers = new LayerActivations(bundle.model().newModel()).names();
    CheckRows rows =
        encoded
            ? CheckRows.encoded(bundle.preprocessing(), OnnxExport.ENCODED)
            : CheckRows.of(bundle.preprocessing());
    CheckedExport checked =
        new ExportCheck(bundle, rows, MOST).onnx(OnnxExport.of(bundle, layers, encoded));
    assertThat(checked.by()).containsExactly("Strata", "ONNX Runtime");
    assertThat(checked.difference()).isLessThanOrEqualTo(MOST);
    return checked;
  }

  @Test
  void randomTables() {
    int rows = 0;
    for (int i = 0; i < 60; i++) {
      long seed = first.value() + i;
      RandomBundle random = i % 3 == 2 ? RandomBundle.ofWindows(seed) : new RandomBundle(seed);
      rows += check(random.bundle, i % 2 == 0).rows();
    }
    assertThat(rows).isGreaterThan(60 * CheckRows.COUNT / 4);
  }

  @Test
  void datesAndTimesOfAnyScaling() {
    for (Scaling scaling : Scaling.values()) {
      for (MissingPolicy.Numeric missing :
          List.of(MissingPolicy.Numeric.MEAN, MissingPolicy.Numeric.ERROR)) {
        CheckedExport checked = check(times(scaling, missing), false);
        assertThat(checked.rows() == CheckRows.COUNT)
            .isEqualTo(missing == MissingPolicy.Numeric.MEAN);
      }
    }
  }

  private ModelBundle times(Scaling scaling, MissingPolicy.Numeric missing) {
    List<FeatureColumn> features =
        List.of(
            FeatureColumn.time("day", ColumnKind.DATE, TimeRule.defaults()).scaled(scaling),
            FeatureColumn.time("moment", ColumnKind.TIMESTAMP, TimeRule.defaults())
                .scaled(scaling));
    List<ColumnStatistics> statistics = new ArrayList<>();
    for (FeatureColumn feature : features) {
      List<Double> mean = new ArrayList<>(List.of(9000.0, 1995.0));
      List<Double> deviation = new ArrayList<>(List.of(5000.0, 30.0));
      List<Double> least = new ArrayList<>(List.of(-20_000.0, 1900.0));
      List<Double> most = new ArrayList<>(List.of(40_000.0, 2100.0));
      if (scaling == Scaling.LOG) {
        mean = new ArrayList<>(List.of(9.0, 7.6));
        deviation = new ArrayList<>(List.of(2.0, 0.1));
      }
      List<List<Double>> quantiles = new ArrayList<>();
      for (int i = 0; i < feature.width(); i++) {
        if (i > 1) {
          mean.add(0.0);
          deviation.add(0.7);
          least.add(-1.0);
          most.add(1.0);
        }
        double from = least.get(i);
        double step = (most.get(i) - from) / 4;
        quantiles.add(
            scaling.isFitted()
                ? IntStream.range(0, 5).mapToObj(k -> from + k * step).toList()
                : List.of());
      }
      statistics.add(
          new ColumnStatistics(
              0, mean, deviation, least, most, List.of(), List.of(), quantiles, List.of()));
    }
    return bundle(
        preprocessing(features, statistics, missing, null),
        LayerSettings.dense(4, "tanh"),
        LayerSettings.output());
  }

  static Preprocessing preprocessing(
      List<FeatureColumn> features,
      List<ColumnStatistics> statistics,
      MissingPolicy.Numeric missing,
      Vocabulary vocabulary) {
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.FORMAT_VERSION)
        .layout(
            new RowLayout(
                features,
                "label",
                LabelKind.CLASS,
                1,
                Map.of(),
                null,
                List.of(),
                new MissingPolicy(
                    missing, 0, MissingPolicy.Categorical.CATEGORY, MissingPolicy.Label.ERROR)))
        .bytes(false)
        .scaling(Scaling.NONE)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ZEROS)
        .statistics(statistics)
        .classes(List.of("no", "yes"))
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(vocabulary)
        .build();
  }

  private ModelBundle bundle(Preprocessing preprocessing, LayerSettings... layers) {
    NetworkConfiguration network = network(preprocessing, RandomBundle.settings(List.of(layers)));
    return RandomBundle.withWeights(network, preprocessing, new Random(first.value()));
  }

  private static NetworkConfiguration network(
      Preprocessing preprocessing, NetworkSettings settings) {
    OutputTask task = OutputTask.classes(preprocessing.classes().size());
    return NetworkBuilder.build(
        settings, Optional.empty(), NetworkInput.of(preprocessing), task, 7);
  }

  private static Preprocessing words() {
    List<String> words = List.of("one", "two", "three", "four", "five");
    return preprocessing(
        List.of(FeatureColumn.text("text", 9, TextRule.defaults())),
        List.of(
            new ColumnStatistics(
                0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of())),
        MissingPolicy.Numeric.ERROR,
        new Vocabulary(words, List.of(5L, 4L, 3L, 2L, 1L), 0, 5, 9, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "1, same, mean",
    "3, same, max",
    "2, same, sum",
    "4, same, mean",
    "3, valid, mean",
    "4, valid, max",
    "2, valid, sum"
  })
  void layersOfText(int kernel, String padding, String function) {
    LayerSettings.Convolution window = LayerSettings.convolution(4, kernel, "tanh");
    ModelBundle bundle =
        bundle(
            words(),
            LayerSettings.embedding(3),
            LayerSettingsConvolutionBuilder.builder(window).padding(Optional.of(padding)).build(),
            LayerSettings.convolution(5, 1, "relu"),
            LayerSettings.pooling(function),
            LayerSettings.dense(4, "elu"),
            LayerSettings.output());
    assertThat(check(bundle, true).rows()).isEqualTo(CheckRows.COUNT);
    assertThatThrownBy(() -> OnnxExport.of(bundle, List.of(), false))
        .hasMessageContainingAll("column text, a column of kind text", "--encoded-input");
  }

  /** Keras' ReLU(max_value, negative_slope, threshold), which an imported model may have. */
  @ParameterizedTest
  @CsvSource({"6, 0, 0", ", 0.2, 0", "1, 0.3, 0", ", 0, 0.5", "1.5, 0.1, -0.25"})
  void rectifiersWithLimits(Double most, double slope, double threshold) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(first.value())
            .list()
            .layer(
                new DenseLayer.Builder()
                    .name("bent")
                    .nIn(9)
                    .nOut(7)
                    .activation(new ActivationReLU(most, threshold, slope))
                    .build())
            .layer(
                new OutputLayer.Builder()
                    .name("output")
                    .nIn(7)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    NetworkConfiguration network =
        new NetworkConfiguration(NetworkConfiguration.Kind.MULTI_LAYER, configuration.toJson());
    Model model = network.newModel();
    ModelBundle bundle =
        new ModelBundle(
            "bent",
            new TrainedModel(network, StateVector.of(model.params()), StateVector.zeros(0), 0, 0),
            words(),
            RandomBundle.provenance());
    assertThat(check(bundle, true).rows()).isEqualTo(CheckRows.COUNT);
  }

  @Test
  void encodersHaveTheirDecoder() {
    RandomBundle random = new RandomBundle(first.value() + 3);
    ModelBundle own = random.bundle;
    int code =
        new LayerActivations(random.model)
            .widths(own.preprocessing().inputWidth()).stream().reduce((a, b) -> b).orElseThrow();
    DenseShape inner = new DenseShape(code, 6, "tanh");
    DenseShape outer = new DenseShape(6, own.preprocessing().inputWidth(), "sigmoid");
    float[] parameters = new float[(int) (inner.parameters() + outer.parameters())];
    Random numbers = new Random(5);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) numbers.nextGaussian();
    }
    Decoder decoder = new Decoder(List.of(inner, outer), StateVector.of(parameters));
    ModelBundle encoder =
        new ModelBundle(
            own.folder(), own.model(), own.preprocessing(), own.provenance(), Optional.of(decoder));
    assertThat(OnnxExport.of(encoder, List.of(), false).outputs())
        .extracting(OnnxOutput::name)
        .contains("reconstruction");
    check(encoder, false);
    check(encoder, true);
  }

  @Test
  void aFileThatComputesSomethingElseIsRefused() {
    ModelBundle bundle = times(Scaling.STANDARD, MissingPolicy.Numeric.MEAN);
    OnnxExport.Written sound = OnnxExport.of(bundle, List.of(), false);
    int at = indexOf(sound.bytes(), bundle.model().parameters().get(0));
    byte[] changed = sound.bytes().clone();
    changed[at + 2] ^= 0x20;
    ExportCheck check = new ExportCheck(bundle, CheckRows.of(bundle.preprocessing()), MOST);
    assertThat(check.onnx(sound).difference()).isLessThan(MOST);
    assertThatThrownBy(() -> check.onnx(new OnnxExport.Written(changed, sound.outputs())))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll(
            "computes something else than the model", "--tolerance", "differs by up to");
  }

  /** Where a parameter's four bytes are. */
  private static int indexOf(byte[] file, float value) {
    byte[] wanted =
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    return IntStream.range(0, file.length - Float.BYTES)
        .filter(i -> Arrays.equals(file, i, i + Float.BYTES, wanted, 0, Float.BYTES))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void columnsThatShareElementsByAHashAreRefusedByName() {
    ColumnStatistics shared =
        new ColumnStatistics(
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of("a"),
            List.of(3L),
            List.of(),
            List.of(1L, 2L));
    ModelBundle bundle =
        bundle(
            preprocessing(
                List.of(new FeatureColumn("shop", ColumnKind.CATEGORICAL, 1)),
                List.of(shared),
                MissingPolicy.Numeric.ERROR,
                null),
            LayerSettings.output());
    assertThatThrownBy(() -> OnnxExport.of(bundle, List.of(), false))
        .hasMessageContainingAll("column shop", "share elements by a hash");
    check(bundle, true);
  }
}
