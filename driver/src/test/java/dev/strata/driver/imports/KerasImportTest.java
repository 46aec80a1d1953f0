package dev.strata.driver.imports;

import static dev.strata.driver.testing.KerasModelFile.dense;
import static dev.strata.driver.testing.KerasModelFile.layer;
import static dev.strata.driver.testing.KerasModelFile.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.network.NetworkConfiguration.Kind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keras files compute here what plain loops over their weights compute. */
class KerasImportTest {
  private static final double[][] ROWS = PlainNetwork.rows(9, 6);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Version.class)
  void aSequentialModelComputesTheSameInEveryLayer(Version version) {
    KerasModelFile keras =
        KerasModelFile.sequential(
            version,
            "6",
            dense("hidden_a", 5, "relu"),
            layer(
                "BatchNormalization",
                "norm",
                "\"axis\": [1]",
                "\"epsilon\": 0.001",
                "\"momentum\": 0.99",
                "\"center\": true",
                "\"scale\": true"),
            layer("Dropout", "drop", "\"rate\": 0.5"),
            dense("hidden_b", 4, "sigmoid"),
            dense("predictions", 3, "softmax"));
    Weights kernelA = keras.random("hidden_a", "kernel", 6, 5);
    Weights biasA = keras.random("hidden_a", "bias", 5);
    Weights gamma = keras.random("norm", "gamma", 5);
    Weights beta = keras.random("norm", "beta", 5);
    Weights mean = keras.random("norm", "moving_mean", 5);
    Weights variance = keras.random("norm", "moving_variance", 5);
    Weights kernelB = keras.random("hidden_b", "kernel", 5, 4);
    Weights biasB = keras.random("hidden_b", "bias", 4);
    Weights kernel = keras.random("predictions", "kernel", 4, 3);
    Weights bias = keras.random("predictions", "bias", 3);
    keras.with("training_config", "{\"loss\": \"sparse_categorical_crossentropy\"}");

    double[][] a = PlainNetwork.relu(PlainNetwork.dense(ROWS, kernelA, biasA));
    double[][] n = PlainNetwork.normalise(a, gamma, beta, mean, variance, 1e-3);
    double[][] b =
        PlainNetwork.each(PlainNetwork.dense(n, kernelB, biasB), x -> 1 / (1 + Math.exp(-x)));
    double[][] p = PlainNetwork.softmax(PlainNetwork.dense(b, kernel, bias));
    Path file = keras.write(folder.resolve("model.h5"));
    Path reference =
        Imports.npz(
            folder.resolve("reference.npz"),
            Map.of(
                "input", Imports.npy(ROWS), "hidden_a", Imports.npy(a), "output", Imports.npy(p)));

    ImportedModel imported = Imports.run(Imports.compared(file, reference));

    assertThat(imported.differences()).containsOnlyKeys("hidden_a", "predictions");
    assertThat(imported.differences().values()).allMatch(difference -> difference < 1e-6);
    assertThat(imported.model().network().kind()).isEqualTo(Kind.MULTI_LAYER);
    assertThat(imported.model().network().json()).contains("LossMCXENT");
    assertThat(imported.preprocessing().classes()).containsExactly("0", "1", "2");
    assertThat(imported.preprocessing().inputWidth()).isEqualTo(6);
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of("hidden_a", a, "norm", n, "drop", n, "hidden_b", b, "predictions", p));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aFunctionalModelOfTwoBranchesIsAGraph(Version version) {
    KerasModelFile keras =
        KerasModelFile.functional(
            version,
            "rows",
            "head",
            node(version, input(version, "rows", "6"), "rows"),
            node(version, dense("left", 5, "tanh"), "left", "rows"),
            node(version, dense("right", 5, "relu"), "right", "rows"),
            node(version, layer("Add", "sum"), "sum", "left", "right"),
            node(version, dense("head", 2, "linear"), "head", "sum"));
    Weights kernelLeft = keras.random("left", "kernel", 6, 5);
    Weights biasLeft = keras.random("left", "bias", 5);
    Weights kernelRight = keras.random("right", "kernel", 6, 5);
    Weights biasRight = keras.random("right", "bias", 5);
    Weights kernel = keras.random("head", "kernel", 5, 2);
    Weights bias = keras.random("head", "bias", 2);
    double[][] left = PlainNetwork.each(PlainNetwork.dense(ROWS, kernelLeft, biasLeft), Math::tanh);
    double[][] right = PlainNetwork.relu(PlainNetwork.dense(ROWS, kernelRight, biasRight));
    double[][] sum = PlainNetwork.add(left, right);

    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));

    assertThat(imported.model().network().kind()).isEqualTo(Kind.GRAPH);
    assertThat(imported.model().network().json()).contains("LossMSE");
    assertThat(imported.preprocessing().classes()).isEmpty();
    assertThat(imported.preprocessing().outputWidth()).isEqualTo(2);
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of(
            "left",
            left,
            "right",
            right,
            "sum",
            sum,
            "head",
            PlainNetwork.dense(sum, kernel, bias)));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aFunctionalChainIsSequentialAndAFirstFlattenIsLeftOut(Version version) {
    KerasModelFile keras =
        KerasModelFile.functional(
            version,
            "pixels",
            "head",
            node(version, input(version, "pixels", "2, 3"), "pixels"),
            node(version, layer("Flatten", "flat"), "flat", "pixels"),
            node(version, dense("head", 3, "softmax"), "head", "flat"));
    Weights kernel = keras.random("head", "kernel", 6, 3);
    Weights bias = keras.random("head", "bias", 3);

    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));

    assertThat(imported.model().network().kind()).isEqualTo(Kind.MULTI_LAYER);
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of("head", PlainNetwork.softmax(PlainNetwork.dense(ROWS, kernel, bias))));
  }

  @Test
  void imagesAreRowsOfNumbersInTheirOwnOrder() {
    KerasModelFile keras =
        KerasModelFile.sequential(
            Version.SECOND,
            "4, 5, 2",
            layer(
                "Conv2D",
                "convolution",
                "\"filters\": 3",
                "\"kernel_size\": [2, 3]",
                "\"strides\": [1, 1]",
                "\"padding\": \"valid\"",
                "\"dilation_rate\": [1, 1]",
                "\"data_format\": \"channels_last\"",
                "\"activation\": \"relu\"",
                "\"use_bias\": true"),
            layer("Flatten", "flat", "\"data_format\": \"channels_last\""),
            dense("head", 2, "softmax"));
    Weights filters = keras.random("convolution", "kernel", 2, 3, 2, 3);
    Weights shift = keras.random("convolution", "bias", 3);
    Weights kernel = keras.random("head", "kernel", 27, 2);
    Weights bias = keras.random("head", "bias", 2);
    double[][] images = PlainNetwork.rows(4, 40);
    double[][] found = PlainNetwork.relu(PlainNetwork.convolve(images, 4, 5, 2, filters, shift));

    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));

    assertThat(imported.preprocessing().inputWidth()).isEqualTo(40);
    Imports.assertLayers(
        imported.model().newModel(),
        images,
        Map.of(
            "convolution",
            found,
            "head",
            PlainNetwork.softmax(PlainNetwork.dense(found, kernel, bias))));
  }

  @Test
  void aModelThatComputesSomethingElseThanItsReferenceIsRefused() {
    KerasModelFile keras =
        KerasModelFile.sequential(Version.SECOND, "6", dense("head", 2, "linear"));
    Weights kernel = keras.random("head", "kernel", 6, 2);
    Weights bias = keras.random("head", "bias", 2);
    double[][] right = PlainNetwork.dense(ROWS, kernel, bias);
    double[][] wrong = PlainNetwork.each(right, x -> x * 1.001);
    Path file = keras.write(folder.resolve("m.h5"));
    Path reference = folder.resolve("r.npz");

    Imports.npz(reference, Map.of("input", Imports.npy(ROWS), "head", Imports.npy(wrong)));
    assertThat(
            Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.compared(file, reference))))
        .hasMessageContainingAll(
            "differ from the reference", "layer head differs", "at most 1.0E-5");

    Imports.npz(reference, Map.of("input", Imports.npy(ROWS), "haed", Imports.npy(right)));
    assertThat(
            Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.compared(file, reference))))
        .hasMessageContainingAll("found: haed", "did you mean head?");

    Imports.npz(
        reference,
        Map.of("input", Imports.npy(PlainNetwork.rows(9, 5)), "head", Imports.npy(right)));
    assertThat(
            Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.compared(file, reference))))
        .hasMessageContainingAll("input does not match", "[5]");
  }

  private static String input(Version version, String name, String shape) {
    String key = version == Version.SECOND ? "batch_input_shape" : "batch_shape";
    return layer("InputLayer", name, "\"" + key + "\": [null, " + shape + "]");
  }
}
