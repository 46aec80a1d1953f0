package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.layers.normalization.KerasBatchNormalization;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A Keras model as a stock DL4J network. DL4J's importer makes the layers and brings the weights
 * into their order; the arrays are read by {@link KerasFile}, which knows where Keras 3 has them.
 */
final class KerasImport {
  /** A network that lacks fewer parameters is made, so that the layer can be named. */
  private static final long SLACK = 1 << 20;

  private final KerasFile keras;
  private final KerasConfiguration configuration;
  private final String file;
  private final KerasLayers rules;

  private KerasImport(KerasFile keras, String file, boolean referenced) {
    this.keras = keras;
    this.file = file;
    // A file of weights has no version either: the first is the better reason.
    String json = keras.configuration();
    this.rules = new KerasLayers(file, keras.version() >= 3, referenced);
    this.configuration = new KerasConfiguration(json, rules, file);
  }

  /**
   * @param referenced whether the outputs will be compared with a reference
   * @throws StrataException (data) where it is no Keras model, or one of its layers is not
   *     supported: the layer is named
   */
  static ImportedNetwork read(ImportSource source, boolean referenced) throws IOException {
    try (KerasFile keras = KerasFile.open(source)) {
      return new KerasImport(keras, source.name(), referenced).network();
    }
  }

  private ImportedNetwork network() {
    KerasModel model = build();
    checkAxes(model);
    putActivations(model);
    rules.constraints().put(model.getLayers());
    putWeights(model);
    Model network = FlatInput.give(assemble(model), inputShape(model), file);
    return new ImportedNetwork(network, KerasLoss.of(keras.training()));
  }

  /** Images have their channels last here; DL4J puts them side by side along another axis. */
  private void checkAxes(KerasModel model) {
    for (ObjectNode layer : configuration.layers()) {
      KerasLayer made = model.getLayers().get(KerasLayers.name(layer));
      if (made.getInboundLayerNames().isEmpty()) {
        continue;
      }
      InputType input = model.getOutputTypes().get(made.getInboundLayerNames().get(0));
      int rank = input == null ? 2 : input.getShape(true).length;
      rules.requireLastAxis(layer, rank);
      if (made.isVertex() && made.getVertex() instanceof MergeVertex merge) {
        merge.setMergeAxis(rank - 1);
      }
    }
  }

  private KerasModel build() {
    KerasModelBuilder builder =
        new KerasModel()
            .modelBuilder()
            .modelJson(configuration.json())
            .enforceTrainingConfig(false);
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
    Map<String, Map<String, INDArray>> weights =
        new KerasWeights(keras, configuration.written(), file).byLayer();
    weights.forEach((name, arrays) -> putWeights(name, arrays, model.getLayers().get(name)));
  }

  private void putWeights(String name, Map<String, INDArray> weights, KerasLayer layer) {
    if (layer == null) {
      throw badWeights(name, "with arrays that belong to no layer of the model", null);
    }
    if (layer instanceof KerasBatchNormalization) {
      complete(weights);
    }
    try {
      layer.setWeights(weights);
    } catch (RuntimeException | InvalidKerasConfigurationException e) {
      throw badWeights(name, sentence(e), e);
    }
    if (layer.getWeights() == null || layer.getWeights().isEmpty()) {
      throw badWeights(
          name, "with arrays " + weights.keySet() + " that DL4J's layer does not have", null);
    }
  }

  /** DL4J takes an activation by its name only: one that is an object is put in afterwards. */
  private void putActivations(KerasModel model) {
    rules
        .activations()
        .forEach(
            (name, activation) -> {
              var layer = model.getLayers().get(name).getLayer();
              if (layer instanceof BaseLayer own) {
                own.setActivationFn(activation);
              } else if (layer instanceof ActivationLayer own) {
                own.setActivationFn(activation);
              } else {
                throw StrataException.data("an activation of the Keras model cannot be imported")
                    .file(file)
                    .found("layer " + name + " with activation " + activation)
                    .expected("an activation that is a name")
                    .build();
              }
            });
  }

  /** A layer without scale or shift is one with ones or zeros. */
  private static void complete(Map<String, INDArray> weights) {
    INDArray mean = weights.get("moving_mean");
    if (mean != null) {
      weights.putIfAbsent("gamma", Nd4j.onesLike(mean));
      weights.putIfAbsent("beta", Nd4j.zerosLike(mean));
    }
  }

  private Model assemble(KerasModel model) {
    try {
      refuseLarge(model);
      Model network =
          configuration.sequential()
              ? ((KerasSequentialModel) model).getMultiLayerNetwork(false)
              : model.getComputationGraph(false);
      requireShapes(network, model);
      return KerasModelUtils.copyWeightsToModel(network, model.getLayers());
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException
        | UnsupportedKerasConfigurationException
        | InvalidKerasConfigurationException e) {
      throw refused(e);
    }
  }

  /** Before a network is made that is larger than its arrays: its settings may be damaged. */
  private void refuseLarge(KerasModel model)
      throws UnsupportedKerasConfigurationException, InvalidKerasConfigurationException {
    NetworkConfiguration network =
        configuration.sequential()
            ? new NetworkConfiguration(
                NetworkConfiguration.Kind.MULTI_LAYER,
                ((KerasSequentialModel) model).getMultiLayerConfiguration().toJson())
            : new NetworkConfiguration(
                NetworkConfiguration.Kind.GRAPH, model.getComputationGraphConfiguration().toJson());
    long held = 0;
    for (KerasLayer layer : model.getLayers().values()) {
      Map<String, INDArray> weights = layer.getWeights() == null ? Map.of() : layer.getWeights();
      held += weights.values().stream().mapToLong(INDArray::length).sum();
    }
    long asked = network.parameterCount();
    if (asked < 0 || asked > held + SLACK) {
      throw StrataException.data("the weights of a layer are missing or have another shape")
          .file(file)
          .found("arrays of " + held + " numbers in all")
          .expected(asked + ", as the layer settings and the input shape require")
          .build();
    }
  }

  /** DL4J would put an array of another shape beside the parameters, which stay random then. */
  private void requireShapes(Model network, KerasModel model) {
    Layer[] layers =
        network instanceof MultiLayerNetwork stack
            ? stack.getLayers()
            : ((ComputationGraph) network).getLayers();
    for (Layer layer : layers) {
      String name = layer.conf().getLayer().getLayerName();
      KerasLayer keras = model.getLayers().get(name);
      Map<String, INDArray> weights =
          keras == null || keras.getWeights() == null ? Map.of() : keras.getWeights();
      for (Map.Entry<String, INDArray> array : weights.entrySet()) {
        INDArray target = layer.paramTable(false).get(array.getKey());
        List<Long> found = shape(array.getValue());
        if (target == null || !shape(target).equals(found)) {
          throw badWeights(
              name,
              "with " + array.getKey() + " of shape " + Arrays.toString(array.getValue().shape()),
              null);
        }
      }
    }
  }

  /** Without dimensions of 1; those of filters, which DL4J has in another order, by size. */
  private static List<Long> shape(INDArray array) {
    LongStream sizes = LongStream.of(array.shape()).filter(size -> size != 1);
    List<Long> shape = sizes.boxed().toList();
    return shape.size() < 3 ? shape : shape.stream().sorted().toList();
  }

  /** Of one row. */
  private static int[] inputShape(KerasModel model) {
    return model.getLayersOrdered().get(0).getInputShape();
  }

  private StrataException refused(Exception cause) {
    return StrataException.data("DL4J cannot import the Keras model")
        .file(file)
        .found(sentence(cause))
        .expected("layers that fit together, as in a model built by Keras")
        .cause(cause)
        .build();
  }

  private StrataException badWeights(String layer, String found, Exception cause) {
    return StrataException.data("the weights of a layer are missing or have another shape")
        .file(file)
        .found("layer " + layer + " " + found)
        .expected("the arrays that its configuration requires")
        .cause(cause)
        .build();
  }

  private static String sentence(Exception cause) {
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : cause.getMessage().lines().findFirst().orElse("");
  }
}
