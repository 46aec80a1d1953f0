package dev.strata.driver.imports;

import static dev.strata.driver.testing.KerasModelFile.dense;
import static dev.strata.driver.testing.KerasModelFile.layer;
import static dev.strata.driver.testing.KerasModelFile.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be imported is refused by the name of what is in the way, never imported wrongly. */
class KerasRefusalTest {
  @TempDir private Path folder;

  @Test
  void aLayerThatIsNotSupportedIsNamed() {
    assertThat(refusedLayer(layer("LayerNormalization", "scale_rows", "\"axis\": [1]")))
        .hasMessageContainingAll("scale_rows", "LayerNormalization", "one of Activation, Add");
    assertThat(refusedLayer(layer("Lambda", "mine"))).hasMessageContainingAll("mine", "Lambda");
    assertThat(refusedLayer(layer("MyLayer", "own"))).hasMessageContainingAll("own", "MyLayer");
    assertThat(refusedLayer(dense("inner", 3, "gelu")))
        .hasMessageContainingAll("layer inner of type Dense with activation gelu", "relu");
    assertThat(refusedLayer(layer("Rescaling", "pixels", "\"scale\": 0.5")))
        .hasMessageContainingAll("pixels", "data.scaling");
  }

  @Test
  void aLayerThatWouldComputeSomethingElseIsNamed() {
    assertThat(refusedLayer(layer("PReLU", "slopes"))).hasMessageContainingAll("slopes", "PReLU");
    assertThat(refusedLayer(layer("Permute", "turn", "\"dims\": [1]")))
        .hasMessageContainingAll("turn", "Permute");
    assertThat(refusedLayer(layer("Softmax", "shares", "\"axis\": 2")))
        .hasMessageContainingAll("an axis other than the last", "shares", "axis -1");
    assertThat(refusedLayer(dense("inner", 3, "hard_sigmoid")))
        .hasMessageContainingAll("hard sigmoid of Keras 3", "inner");
    assertThat(refusedLayer(layer("LSTM", "steps", "\"units\": 3"))).hasMessageContaining("steps");
    String inner =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"nested\", \"layers\": []}}";
    assertThat(refusedLayer(inner)).hasMessageContainingAll("nested models", "nested");
  }

  @Test
  void severalInputsOrOutputsAndLayersUsedTwiceAreRefused() {
    Version version = Version.SECOND;
    String rows = layer("InputLayer", "rows", "\"batch_input_shape\": [null, 6]");
    String twice =
        node(version, dense("head", 6, "relu"), "head", "rows")
            .replace(
                "[[[\"rows\", 0, 0, {}]]]", "[[[\"rows\", 0, 0, {}]], [[\"head\", 0, 0, {}]]]");
    assertThat(
            refused(
                KerasModelFile.functional(
                    version, "rows", "head", node(version, rows, "rows"), twice)))
        .hasMessageContainingAll("more than once", "layer head");
    KerasModelFile two =
        KerasModelFile.functional(
            version,
            "rows",
            "a\", 0, 0], [\"b",
            node(version, rows, "rows"),
            node(version, dense("a", 2, "relu"), "a", "rows"),
            node(version, dense("b", 2, "relu"), "b", "rows"));
    assertThat(refused(two)).hasMessageContainingAll("1 inputs, 2 outputs", "1 input, 1 output");
  }

  @Test
  void weightsThatAreNotTheLayersAreRefused() {
    KerasModelFile missing = model();
    missing.random("head", "kernel", 6, 2);
    assertThat(refused(missing)).hasMessageContaining("layer head");
    KerasModelFile none = model();
    assertThat(refused(none)).hasMessageContainingAll("layer head", "without arrays");
    KerasModelFile wide = model();
    wide.random("head", "kernel", 7, 2);
    wide.random("head", "bias", 2);
    assertThat(refused(wide)).hasMessageContainingAll("another shape", "layer head", "[7, 2]");
    KerasModelFile other = complete();
    other.random("elsewhere", "kernel", 2, 2);
    assertThat(refused(other)).hasMessageContainingAll("elsewhere", "no layer of the model");
    KerasModelFile infinite = complete();
    infinite.random("head", "bias", 2).values()[1] = Float.NaN;
    assertThat(refused(infinite)).hasMessageContaining("not finite");
  }

  @Test
  void filesThatAreNoModelsSayWhatTheyAre() throws IOException {
    assertThat(refused(complete().with("model_config", null)))
        .hasMessageContainingAll("only the weights", "save_weights");
    assertThat(refused(complete().with("keras_version", "1.2.2")))
        .hasMessageContainingAll("1.2.2", "2 or 3");
    assertThat(refused(complete().with("model_config", "{\"class_name\": \"Mine\"}")))
        .hasMessageContainingAll("custom model class", "Mine");
    assertThat(refused(complete().with("model_config", "{")))
        .hasMessageContaining("configuration is not JSON");

    Path file = complete().write(folder.resolve("whole.h5"));
    byte[] whole = Files.readAllBytes(file);
    Path cut = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(refusedFile(cut)).hasMessageContaining("cannot read the Keras model");
    Path head = Files.write(folder.resolve("head.h5"), Arrays.copyOf(whole, 8));
    assertThat(refusedFile(head)).hasMessageContaining("cannot read the Keras model");
    Path text = Files.writeString(folder.resolve("notes.txt"), "no model at all");
    assertThat(refusedFile(text))
        .hasMessageContainingAll("import.from", "Keras (.keras, .h5), a DL4J zip");
    assertThat(
            Imports.refused(
                FailureKind.CONFIGURATION,
                () -> Imports.run(Imports.from(folder.resolve("nowhere.h5")))))
        .hasMessageContainingAll("import.from", "file not found");
  }

  private static KerasModelFile model() {
    return KerasModelFile.sequential(Version.THIRD, "6", dense("head", 2, "linear"));
  }

  private static KerasModelFile complete() {
    KerasModelFile model = model();
    model.random("head", "kernel", 6, 2);
    model.random("head", "bias", 2);
    return model;
  }

  private StrataException refusedLayer(String layer) {
    return refused(
        KerasModelFile.sequential(Version.THIRD, "6", layer, dense("head", 2, "softmax")));
  }

  private StrataException refused(KerasModelFile model) {
    return refusedFile(model.write(folder.resolve("m.h5")));
  }

  private static StrataException refusedFile(Path file) {
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file)));
  }
}
