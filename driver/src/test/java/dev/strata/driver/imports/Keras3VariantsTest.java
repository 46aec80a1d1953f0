package dev.strata.driver.imports;

import static dev.strata.driver.imports.Keras3Json.dense;
import static dev.strata.driver.imports.Keras3Json.layer;
import static dev.strata.driver.imports.Keras3Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Storage;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasModelFile.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Variants of Keras 3's HDF5 files compute what loops in float64 compute, to 1.2e-7. */
class Keras3VariantsTest {
  private static final double MOST = 1.2e-7;
  private static final double[][] ROWS = small(PlainNetwork.rows(9, 6));

  @TempDir private Path folder;

  /** What is done between two dense layers, in plain loops. */
  private interface Between {
    double[][] apply(double[][] rows);
  }

  /** Small numbers, so that outputs stay below 1. */
  private static double[][] small(double[][] rows) {
    return PlainNetwork.each(rows, x -> (float) (x * 0.25));
  }

  private static Weights small(Weights weights) {
    for (int i = 0; i < weights.values().length; i++) {
      // Numbers that float16 has, so that all storages give the same.
      weights.values()[i] = Math.round(weights.values()[i] * 64) / 256f;
    }
    return weights;
  }

  private void check(
      UnaryOperator<KerasModelFile> written, String first, Between between, String... inner) {
    String[] layers = new String[inner.length + 2];
    layers[0] = first;
    System.arraycopy(inner, 0, layers, 1, inner.length);
    layers[layers.length - 1] = dense("head", 3, "softmax");
    KerasModelFile keras = KerasModelFile.sequential(Version.THIRD, "6", layers);
    Weights kernel = small(keras.random("first", "kernel", 6, 5));
    Weights bias = small(keras.random("first", "bias", 5));
    Weights top = small(keras.random("head", "kernel", 5, 3));
    Weights shift = small(keras.random("head", "bias", 3));
    double[][] hidden = between.apply(PlainNetwork.dense(ROWS, kernel, bias));
    compare(
        written.apply(keras), PlainNetwork.softmax(PlainNetwork.dense(hidden, top, shift)), ROWS);
  }

  private void compare(KerasModelFile keras, double[][] outputs, double[][] rows) {
    Path reference =
        Imports.npz(
            folder.resolve("reference.npz"),
            Map.of("input", Imports.npy(rows), "output", Imports.npy(outputs)));
    ImportedModel imported =
        Imports.run(Imports.compared(keras.write(folder.resolve("model.h5")), reference));
    assertThat(imported.differences().values()).hasSize(1).allMatch(d -> d <= MOST);
  }

  @ParameterizedTest
  @EnumSource(
      value = Storage.class,
      names = {"FLOAT32", "FLOAT64", "FLOAT16", "BIG_ENDIAN", "PACKED"})
  void arraysOfAnyFloatAndStorage(Storage storage) {
    check(keras -> keras.stored(storage), dense("first", 5, "relu"), PlainNetwork::relu);
  }

  @Test
  void textsOfFixedLength() {
    check(
        KerasModelFile::fixedText,
        dense("first", 5, "tanh"),
        r -> PlainNetwork.each(r, Math::tanh));
  }

  @ParameterizedTest
  @EnumSource(
      value = Storage.class,
      names = {"FLOAT32", "FLOAT16", "PACKED"})
  void filesOfTheNewestVersion(Storage storage) {
    check(keras -> keras.newest().stored(storage), dense("first", 5, "relu"), PlainNetwork::relu);
  }

  @Test
  void policiesOfMixedPrecision() {
    String policy = Keras3Json.policy("DTypePolicy", "mixed_float16");
    String first =
        Keras3Json.typed("Dense", "first", policy, Keras3Json.denseSettings(5, "\"relu\""));
    check(keras -> keras, first, PlainNetwork::relu);
  }

  @ParameterizedTest
  @CsvSource({"silu, dense", "swish, model"})
  void activationsByEitherName(String activation, String model) {
    check(
        keras -> keras.called(model),
        dense("first", 5, activation),
        rows -> PlainNetwork.each(rows, x -> x / (1 + Math.exp(-x))));
  }

  @Test
  void layersOfActivations() {
    check(
        keras -> keras,
        dense("first", 5, "linear"),
        rows ->
            PlainNetwork.each(
                rows,
                x -> {
                  double leaky = x < 0 ? 0.2 * x : x;
                  double cut = Math.min(leaky, 0.25);
                  return cut < 0.0625 ? 0.5 * (cut - 0.0625) : cut;
                }),
        layer("LeakyReLU", "leaky", "\"negative_slope\": 0.2"),
        layer("ReLU", "cut", "\"max_value\": 0.25, \"negative_slope\": 1, \"threshold\": 0"),
        layer(
            "ReLU", "bent", "\"max_value\": null, \"negative_slope\": 0.5, \"threshold\": 0.0625"));
  }

  @Test
  void layersThatTrainOnly() {
    check(
        keras -> keras.with("training_config", "{\"loss\": \"sparse_categorical_crossentropy\"}"),
        dense("first", 5, "relu"),
        PlainNetwork::relu,
        layer("Dropout", "drop", "\"rate\": 0.5, \"seed\": null, \"noise_shape\": null"),
        layer("GaussianNoise", "noise", "\"stddev\": 1, \"seed\": null"),
        layer("Activation", "same", "\"activation\": \"linear\""));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void normalisationWithOrWithoutScaleAndShift(boolean scale, boolean center) {
    KerasModelFile keras =
        KerasModelFile.sequential(
            Version.THIRD,
            "6",
            layer(
                "BatchNormalization",
                "norm",
                "\"axis\": -1, \"momentum\": 0.99, \"epsilon\": 0.001",
                "\"center\": " + center + ", \"scale\": " + scale,
                "\"beta_initializer\": " + object("keras.initializers", "Zeros", ""),
                "\"gamma_initializer\": " + object("keras.initializers", "Ones", ""),
                "\"moving_mean_initializer\": " + object("keras.initializers", "Zeros", ""),
                "\"moving_variance_initializer\": " + object("keras.initializers", "Ones", ""),
                "\"beta_regularizer\": null, \"gamma_regularizer\": null",
                "\"beta_constraint\": null, \"gamma_constraint\": null, \"synchronized\": false"),
            dense("head", 3, "softmax"));
    Weights ones = new Weights(new long[] {6}, new float[6]);
    Arrays.fill(ones.values(), 1);
    Weights zeros = new Weights(new long[] {6}, new float[6]);
    Weights gamma = scale ? small(keras.random("norm", "gamma", 6)) : ones;
    Weights beta = center ? small(keras.random("norm", "beta", 6)) : zeros;
    Weights mean = small(keras.random("norm", "moving_mean", 6));
    Weights variance = keras.random("norm", "moving_variance", 6);
    Weights top = small(keras.random("head", "kernel", 6, 3));
    Weights shift = small(keras.random("head", "bias", 3));
    double[][] n = PlainNetwork.normalise(ROWS, gamma, beta, mean, variance, 1e-3);
    compare(keras, PlainNetwork.softmax(PlainNetwork.dense(n, top, shift)), ROWS);
  }

  @Test
  void aLayerWithoutBias() {
    KerasModelFile keras =
        KerasModelFile.sequential(
            Version.THIRD, "6", dense("head", 3, "softmax", "\"use_bias\": false"));
    Weights kernel = small(keras.random("head", "kernel", 6, 3));
    Weights none = new Weights(new long[] {3}, new float[3]);
    compare(keras, PlainNetwork.softmax(PlainNetwork.dense(ROWS, kernel, none)), ROWS);
  }
}
