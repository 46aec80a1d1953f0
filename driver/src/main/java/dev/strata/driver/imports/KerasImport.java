package dev.strata.driver.imports;

import dev.strata.driver.imports.KerasConfiguration.Named;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelUtils;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Keras model as a stock DL4J network. DL4J's importer makes the layers and brings the weights
 * into their order; the arrays are read by {@link KerasFile}, which knows where Keras 3 has them.
 */
final class KerasImport {
  private final KerasFile keras;
  private final KerasConfiguration configuration;
  private final String file;

  private KerasImport(KerasFile keras, String file) {
    this.keras = keras;
    this.file = file;
    this.configuration = new KerasConfiguration(keras.configuration(), file);
  }

  /**
   * @param local the file on this machine's disk
   * @param file its name, for errors
   * @throws StrataException (data) where it is no Keras model, or one of its layers is not
   *     supported: the layer is named
   */
  static ImportedNetwork read(String local, String file) {
    try (KerasFile keras = new KerasFile(local, file)) {
      return new KerasImport(keras, file).network();
    }
  }

  private ImportedNetwork network() {
    KerasModel model = build();
    putWeights(model);
    Model network = assemble(model);
    return new ImportedNetwork(
        FlatInput.give(network, inputShape(model), file),
        KerasLoss.of(keras.training()));
  }

  private KerasModel build() {
    KerasModelBuilder builder =
        new KerasModel().modelBuilder().modelJson(configuration.json()).enforceTrainingConfig(false);
    try {
      return configuration.sequential() ? builder.buildSequential() : builder.buildModel();
    } catch (RuntimeException
        | IOException
        | UnsupportedKerasConfigurationException
        | InvalidKerasConfigurationException e) {
      throw refused(e);
    }
  }

  private void putWeights(KerasModel model) {
    Map<String, KerasLayer> layers = new HashMap<>(model.getLayers());
    for (String name : keras.layers()) {
      Map<String, INDArray> weights = keras.weights(name);
      KerasLayer layer = layers.remove(name);
      if (weights.isEmpty() && (layer == null || layer.getNumParams() == 0)) {
        continue;
      }
      if (layer == null || layer.getNumParams() == 0 || weights.isEmpty()) {
        throw StrataException.data("the file's weights are not those of its layers")
            .file(file)
            .found("layer " + name + " with the arrays " + weights.keySet())
            .expected(layer == null ? "no such layer" : layer.getNumParams() + " arrays")
            .build();
      }
      try {
        layer.setWeights(weights);
      } catch (RuntimeException | InvalidKerasConfigurationException e) {
        throw badWeights(name, e);
      }
    }
    layers.values().stream()
        .filter(layer -> layer.getNumParams() > 0)
        .findFirst()
        .ifPresent(
            layer -> {
              throw badWeights(layer.getLayerName(), null);
            });
  }

  private Model assemble(KerasModel model) {
    try {
      Model network =
          configuration.sequential()
              ? ((org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel) model)
                  .getMultiLayerNetwork(false)
              : model.getComputationGraph(false);
      return KerasModelUtils.copyWeightsToModel(network, model.getLayers());
    } catch (RuntimeException
        | UnsupportedKerasConfigurationException
        | InvalidKerasConfigurationException e) {
      throw refused(e);
    }
  }

  /** Of one row. */
  private static int[] inputShape(KerasModel model) {
    return model.getLayersOrdered().get(0).getInputShape();
  }

  /** DL4J tells the layer in words only: the one is named whose class or name its sentence has. */
  private StrataException refused(Exception cause) {
    String sentence = String.valueOf(cause.getMessage());
    List<Named> layers = configuration.layers();
    return layers.stream()
        .filter(layer -> hasWord(sentence, layer.kind()))
        .findFirst()
        .or(() -> layers.stream().filter(layer -> hasWord(sentence, layer.name())).findFirst())
        .map(layer -> configuration.unsupported(layer, cause))
        .orElseGet(
            () ->
                StrataException.data("DL4J cannot import the Keras model")
                    .file(file)
                    .found(sentence.lines().findFirst().orElse(""))
                    .cause(cause)
                    .build());
  }

  private static boolean hasWord(String sentence, String word) {
    return List.of(sentence.split("[^A-Za-z0-9_]+")).contains(word);
  }

  private StrataException badWeights(String layer, Exception cause) {
    return StrataException.data("the weights of a layer are missing or of another shape")
        .file(file)
        .found(
            "layer "
                + layer
                + (cause == null || cause.getMessage() == null
                    ? ""
                    : ": " + cause.getMessage().lines().findFirst().orElse("")))
        .expected("the arrays that its configuration asks for")
        .cause(cause)
        .build();
  }
}
