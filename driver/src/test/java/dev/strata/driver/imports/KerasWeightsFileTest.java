package dev.strata.driver.imports;

import static dev.strata.driver.testing.KerasModelFile.dense;
import static dev.strata.driver.testing.KerasModelFile.layer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.driver.testing.KerasWeightsFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of {@code save_weights} of Keras 2 and 3 fill the layers of {@code network.layers}. */
class KerasWeightsFileTest {
  private static final double[][] ROWS = PlainNetwork.rows(9, 6);
  private static final List<LayerSettings> LAYERS =
      List.of(
          LayerSettings.dense(5, "tanh"),
          new LayerSettings.BatchNorm(Optional.empty(), Optional.of(1e-3), Optional.empty()),
          LayerSettings.dense(5, "tanh"),
          Imports.output("output", 2));

  @TempDir private Path folder;

  private final KerasModelFile model;
  private final double[][] first;
  private final double[][] norm;
  private final double[][] second;

  KerasWeightsFileTest() {
    model = named("z", "norm", "a", "m");
    Map<String, Map<String, Weights>> all = model.layers();
    first = tanh(ROWS, all.get("z"));
    Map<String, Weights> n = all.get("norm");
    norm =
        PlainNetwork.normalise(
            first,
            n.get("gamma"),
            n.get("beta"),
            n.get("moving_mean"),
            n.get("moving_variance"),
            1e-3);
    second = tanh(norm, all.get("a"));
  }

  /** Two dense layers of one shape, so that only order or names tell them apart. */
  private static KerasModelFile named(String... names) {
    KerasModelFile model =
        KerasModelFile.sequential(
            Version.THIRD,
            "6",
            dense(names[0], 5, "tanh"),
            layer("BatchNormalization", names[1], "\"axis\": -1"),
            dense(names[2], 5, "tanh"),
            dense(names[3], 2, "linear"));
    model.random(names[0], "kernel", 6, 5);
    model.random(names[0], "bias", 5);
    for (String parameter : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      model.random(names[1], parameter, 5);
    }
    model.random(names[2], "kernel", 5, 5);
    model.random(names[2], "bias", 5);
    model.random(names[3], "kernel", 5, 2);
    model.random(names[3], "bias", 2);
    return model;
  }

  private static double[][] tanh(double[][] rows, Map<String, Weights> layer) {
    return PlainNetwork.each(
        PlainNetwork.dense(rows, layer.get("kernel"), layer.get("bias")), Math::tanh);
  }

  private Path write(KerasModelFile keras, int version) {
    return new KerasWeightsFiles(keras).write(version, folder.resolve("w.weights.h5"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void layersAreFoundByTheirOrder(int version) {
    ImportedModel imported = Imports.run(Imports.from(write(model, version)), LAYERS, 6);
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of("dense-1", first, "batch-norm-1", norm, "dense-2", second));
  }

  @Test
  void layersOfKeras2AreFoundByTheirNames() {
    KerasModelFile crossed = named("dense-2", "batch-norm-1", "dense-1", "output");
    Map<String, Map<String, Weights>> all = crossed.layers();
    // The shapes are those of the layers of the same names.
    Weights kernel = all.get("dense-2").put("kernel", all.get("dense-1").get("kernel"));
    all.get("dense-1").put("kernel", kernel);
    ImportedModel imported = Imports.run(Imports.from(write(crossed, 2)), LAYERS, 6);
    Imports.assertLayers(
        imported.model().newModel(), ROWS, Map.of("dense-1", tanh(ROWS, all.get("dense-1"))));
  }

  @Test
  void importArraysNamesTheArrays() {
    Map<String, Map<String, String>> arrays =
        Map.of(
            "dense-1", Map.of("weights", "z/z/kernel:0", "bias", "z/z/bias:0"),
            "output", Map.of("weights", "a/a/kernel:0", "bias", "a/a/bias:0"));
    ImportedModel imported =
        Imports.run(
            Imports.mapped(write(model, 2), arrays, ImportSettings.WeightsOrder.AUTO),
            List.of(LayerSettings.dense(5, "tanh"), Imports.output("output", 5)),
            6);
    Imports.assertLayers(imported.model().newModel(), ROWS, Map.of("dense-1", first));
  }

  /** Keras' default is 0.001, that of network.layers 0.00001. */
  @Test
  void theEpsilonOfBatchNormalizationMustBeSet() {
    List<LayerSettings> layers =
        List.of(LAYERS.get(0), LayerSettings.batchNorm(), LAYERS.get(2), LAYERS.get(3));
    assertThat(
            Imports.refused(
                FailureKind.CONFIGURATION,
                () -> Imports.run(Imports.from(write(model, 3)), layers, 6)))
        .hasMessageContainingAll("network.layers[1].epsilon", "Keras' default is 0.001");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void weightsThatDoNotFitAreRefused(int version) {
    Path file = write(model, version);
    assertThat(refused(file, List.of(LAYERS.get(0), LAYERS.get(1), LAYERS.get(3))))
        .hasMessageContainingAll("another number of layers", "3 groups", "2, as network.layers");
    assertThat(refused(file, List.of(LAYERS.get(0), LAYERS.get(2), LAYERS.get(3))))
        .hasMessageContainingAll("no layer of network.layers uses", "norm");
    assertThat(
            refused(
                file,
                List.of(
                    LAYERS.get(0),
                    LAYERS.get(1),
                    LayerSettings.dense(4),
                    Imports.output("output", 2))))
        .hasMessageContainingAll("another shape", "dense-2", "found: [5]", "[4]");
  }

  @Test
  void withoutNetworkLayersTheMessageAsksForThem() {
    assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(write(model, 3)))))
        .hasMessageContainingAll("only the weights", "network.layers");
  }

  private static StrataException refused(Path file, List<LayerSettings> layers) {
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file), layers, 6));
  }
}
