package dev.strata.driver.imports;

import static dev.strata.driver.imports.Keras3Json.dense;
import static dev.strata.driver.imports.Keras3Json.denseSettings;
import static dev.strata.driver.imports.Keras3Json.layer;
import static dev.strata.driver.imports.Keras3Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Storage;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of layers: numbers of either type, activations as objects, and what is refused. */
class KerasSettingsTest {
  private static final double[][] ROWS = PlainNetwork.rows(9, 6);
  private static final Path FILES = Path.of("src/test/resources/imports");

  @TempDir private Path folder;

  @Test
  void aConstraintOfAWholeNumberIsTaken() {
    ImportedModel imported = Imports.run(Imports.from(FILES.resolve("r-maxnorm-int.h5")));
    var network = (org.deeplearning4j.nn.multilayer.MultiLayerNetwork) imported.model().newModel();
    var constraint =
        (MaxNormConstraint) network.getLayer(0).conf().getLayer().getConstraints().get(0);
    assertThat(constraint.getMaxNorm()).isEqualTo(3.0);
    // Of the weights that lead to each unit: the first dimension of [inputs, units].
    assertThat(constraint.getDimensions()).containsExactly(0);
  }

  @Test
  void anActivationThatIsALayerIsTaken() {
    Path file = FILES.resolve("leakyobj.h5");
    ImportedModel imported = Imports.run(Imports.compared(file, FILES.resolve("leakyobj.npz")));
    assertThat(imported.differences()).containsOnlyKeys("dense", "dense_1");
    assertThat(imported.differences().values()).allMatch(difference -> difference < 1e-6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"kernel_constraint\": {\"class_name\": \"MaxNorm\", \"config\": {\"max_value\": 3,"
            + " \"axis\": 0}}",
        "\"kernel_constraint\": {\"class_name\": \"MaxNorm\", \"config\": {\"max_value\": 3,"
            + " \"axis\": [0]}}",
        "\"kernel_constraint\": {\"class_name\": \"MinMaxNorm\", \"config\": {\"min_value\": 0,"
            + " \"max_value\": 1, \"rate\": 1, \"axis\": 0}}",
        "\"kernel_constraint\": {\"class_name\": \"UnitNorm\", \"config\": {\"axis\": 0.0}}",
        "\"bias_constraint\": {\"class_name\": \"NonNeg\", \"config\": {}}",
        "\"kernel_regularizer\": {\"class_name\": \"L1L2\", \"config\": {\"l1\": 0, \"l2\": 1}}",
        "\"kernel_regularizer\": {\"class_name\": \"L2\", \"config\": {\"l2\": 1}}",
        "\"kernel_initializer\": {\"class_name\": \"RandomNormal\", \"config\": {\"mean\": 0,"
            + " \"stddev\": 1, \"seed\": 7}}",
        "\"kernel_initializer\": {\"class_name\": \"RandomUniform\", \"config\": {\"minval\": -1,"
            + " \"maxval\": 1, \"seed\": null}}",
        "\"kernel_initializer\": {\"class_name\": \"TruncatedNormal\", \"config\": {\"mean\": 0,"
            + " \"stddev\": 1}}",
        "\"kernel_initializer\": {\"class_name\": \"Constant\", \"config\": {\"value\": 1}}",
        "\"kernel_initializer\": {\"class_name\": \"Orthogonal\", \"config\": {\"gain\": 1}}",
        "\"kernel_initializer\": {\"class_name\": \"Identity\", \"config\": {\"gain\": 1}}",
        "\"kernel_initializer\": {\"class_name\": \"VarianceScaling\", \"config\": {\"scale\": 2,"
            + " \"mode\": \"fan_in\", \"distribution\": \"truncated_normal\"}}"
      })
  void numbersOfTrainingSettingsMayBeWhole(String setting) {
    KerasModelFile keras =
        KerasModelFile.sequential(Version.THIRD, "6", dense("head", "3.0", "linear", setting));
    Weights kernel = keras.random("head", "kernel", 6, 3);
    Weights bias = keras.random("head", "bias", 3);
    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));
    Imports.assertLayers(
        imported.model().newModel(), ROWS, Map.of("head", PlainNetwork.dense(ROWS, kernel, bias)));
  }

  @Test
  void numbersOfLayersMayBeWhole() {
    KerasModelFile keras =
        KerasModelFile.sequential(
            Version.THIRD,
            "6.0",
            dense("first", "6.0", "linear"),
            layer("LeakyReLU", "leaky", "\"negative_slope\": 1"),
            layer("ELU", "elu", "\"alpha\": 1"),
            layer("ReLU", "relu", "\"max_value\": 6, \"negative_slope\": 0, \"threshold\": null"),
            layer("Dropout", "drop", "\"rate\": 0, \"seed\": 1, \"noise_shape\": null"),
            layer("GaussianDropout", "wild", "\"rate\": 0, \"seed\": 1"),
            layer("AlphaDropout", "alpha", "\"rate\": 0, \"seed\": 1, \"noise_shape\": null"),
            layer("GaussianNoise", "noise", "\"stddev\": 1, \"seed\": 1"),
            dense("head", 3, "linear"));
    Weights lowest = keras.random("first", "kernel", 6, 6);
    Weights lowestBias = keras.random("first", "bias", 6);
    Weights kernel = keras.random("head", "kernel", 6, 3);
    Weights bias = keras.random("head", "bias", 3);
    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));
    double[][] rows =
        PlainNetwork.each(
            PlainNetwork.dense(ROWS, lowest, lowestBias),
            x -> Math.min(6, Math.max(0, x < 0 ? Math.expm1(x) : x)));
    Imports.assertLayers(
        imported.model().newModel(), ROWS, Map.of("head", PlainNetwork.dense(rows, kernel, bias)));
  }

  @Test
  void activationsThatAreObjects() {
    String relu = object("keras.layers", "ReLU", "\"max_value\": 1, \"negative_slope\": 0");
    KerasModelFile keras =
        KerasModelFile.sequential(
            Version.THIRD, "6", layer("Dense", "head", denseSettings(3, relu)));
    Weights kernel = keras.random("head", "kernel", 6, 3);
    Weights bias = keras.random("head", "bias", 3);
    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of(
            "head",
            PlainNetwork.each(
                PlainNetwork.dense(ROWS, kernel, bias), x -> Math.min(1, Math.max(0, x)))));

    for (String own :
        List.of(
            object("keras.layers", "PReLU", "\"name\": \"slopes\""),
            object("keras.layers", "ELU", "\"alpha\": 0.5"),
            object("keras.layers", "Softmax", "\"axis\": [0, 1]"),
            object("builtins", "function", "\"name\": \"mine\""))) {
      assertThat(refused(layer("Dense", "head", denseSettings(3, own))))
          .hasMessageContainingAll("activation", "layer head of type Dense", "LeakyReLU")
          .hasMessageNotContaining("one of Activation");
    }
  }

  @Test
  void quantisedAndAdaptedLayersAreRefusedByName() {
    KerasModelFile quantised =
        model(dense("head", 3, "softmax")).stored("head", "kernel", Storage.INT8);
    quantised.random("head", "kernel_scale", 3);
    assertThat(refused(quantised)).hasMessageContainingAll("layer head, array kernel", "int8");

    KerasModelFile scaled = model(dense("head", 3, "softmax"));
    scaled.random("head", "kernel_scale", 3);
    assertThat(refused(scaled))
        .hasMessageContainingAll("does not use", "layer head, array kernel_scale", "float32");

    KerasModelFile lora = model(dense("head", 3, "softmax"));
    lora.random("head", "lora_kernel_a", 6, 2);
    lora.random("head", "lora_kernel_b", 2, 3);
    assertThat(refused(lora)).hasMessageContainingAll("layer head, array lora_kernel_a", "LoRA");

    assertThat(refused(dense("head", 3, "softmax", "\"lora_rank\": 4")))
        .hasMessageContainingAll("layer head of type Dense", "lora_rank = 4");
    assertThat(
            refused(
                dense("head", 3, "softmax", "\"quantization_config\": {\"class_name\": \"Int8\"}")))
        .hasMessageContainingAll("layer head", "quantization_config");
    assertThat(refused(dense("head", 3, "softmax", "\"temperature\": 2")))
        .hasMessageContainingAll("layer head", "temperature = 2");
    String policy = Keras3Json.policy("QuantizedDTypePolicy", "int8_from_float32");
    assertThat(refused(Keras3Json.typed("Dense", "head", policy, denseSettings(3, "\"softmax\""))))
        .hasMessageContainingAll("layer head", "QuantizedDTypePolicy", "int8");
    assertThat(
            refused(
                dense("head", 3, "softmax")
                    .replace("\"registered_name\": null}", "\"registered_name\": \"mine>Dense\"}")))
        .hasMessageContainingAll("custom layer classes", "mine>Dense");
  }

  /** DL4J's importer leaves it out, and the rows above have another size. */
  @Test
  void thePaddingOfATransposedConvolutionsOutputIsRefused() {
    String transposed =
        KerasModelFile.layer(
            "Conv2DTranspose",
            "up",
            "\"filters\": 1, \"kernel_size\": [2, 2], \"strides\": [2, 2], \"padding\": \"valid\"",
            "\"data_format\": \"channels_last\", \"dilation_rate\": [1, 1]",
            "\"activation\": \"linear\", \"use_bias\": true, \"output_padding\": [1, 1]");
    KerasModelFile keras =
        KerasModelFile.sequential(Version.THIRD, "3, 3, 1", transposed, dense("head", 2, "linear"));
    keras.random("up", "kernel", 2, 2, 1, 1);
    keras.random("up", "bias", 1);
    assertThat(refused(keras))
        .hasMessageContainingAll("layer up of type Conv2DTranspose", "output_padding = [1,1]");
  }

  @Test
  void arraysOfLayersThatHaveNoneAndOfTheModelAreRefused() {
    KerasModelFile keras =
        model(layer("Dropout", "drop", "\"rate\": 0.5"), dense("head", 3, "softmax"));
    keras.random("drop", "mask", 6);
    assertThat(refused(keras)).hasMessageContainingAll("layer drop, array mask", "no arrays");
    KerasModelFile state =
        model(dense("head", 3, "softmax"), layer("Dropout", "drop", "\"rate\": 0.5"));
    state.random("drop", "seed_generator_state", 2);
    Imports.run(Imports.from(state.write(folder.resolve("m.h5"))));
    KerasModelFile top = model(dense("head", 3, "softmax"));
    top.random("more", "scale", 1);
    assertThat(refused(top)).hasMessageContainingAll("layer more", "no layer of the model");
    KerasModelFile biased = model(dense("head", 3, "softmax", "\"use_bias\": false"));
    assertThat(refused(biased)).hasMessageContainingAll("layer head, array bias");
  }

  @Test
  void namesThatBeginWithADirectionAreNames() {
    KerasModelFile keras =
        KerasModelFile.sequential(
                Version.THIRD,
                "6",
                dense("forward_pass", 4, "linear"),
                dense("backward_pass", 3, "linear"))
            .called("forward_model");
    Weights kernel = keras.random("forward_pass", "kernel", 6, 4);
    Weights bias = keras.random("forward_pass", "bias", 4);
    Weights top = keras.random("backward_pass", "kernel", 4, 3);
    Weights shift = keras.random("backward_pass", "bias", 3);
    ImportedModel imported = Imports.run(Imports.from(keras.write(folder.resolve("m.h5"))));
    double[][] hidden = PlainNetwork.dense(ROWS, kernel, bias);
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of("backward_pass", PlainNetwork.dense(hidden, top, shift)));
  }

  @Test
  void aFileOfWeightsSaysSo() {
    assertThat(
            Imports.refused(
                FailureKind.DATA, () -> Imports.run(Imports.from(FILES.resolve("m.weights.h5")))))
        .hasMessageContainingAll(
            "only the weights", "save_weights", "network.layers", "model.save(")
        .hasMessageNotContaining("an unsupported version");
  }

  private static KerasModelFile model(String... layers) {
    KerasModelFile model = KerasModelFile.sequential(Version.THIRD, "6", layers);
    model.random("head", "kernel", 6, 3);
    model.random("head", "bias", 3);
    return model;
  }

  private StrataException refused(String layer) {
    return refused(model(layer));
  }

  private StrataException refused(KerasModelFile model) {
    Path file = model.write(folder.resolve("m.h5"));
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file)));
  }
}
