package dev.strata.executor.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.preprocess.ImageShape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network given as stock DL4J JSON: read, and checked by a forward pass of two rows of zeros. */
final class Dl4jJsonNetwork {
  private static final String KEY = "network.dl4j-json";

  private Dl4jJsonNetwork() {}

  /** Reports settings that the JSON excludes. */
  static void exclude(NetworkSettings settings, NetworkProblems problems) {
    String nothing = "no setting, because network.dl4j-json defines it";
    if (!settings.layers().isEmpty()) {
      problems.add("network.layers", settings.layers().size() + " layers", nothing);
    }
    if (!settings.schedule().type().equals("none")) {
      problems.add("network.schedule.type", settings.schedule().type(), nothing);
    }
    if (!settings.clipping().type().equals("none")) {
      problems.add("network.clipping.type", settings.clipping().type(), nothing);
    }
    excludeFactor("network.l1", settings.l1(), problems);
    excludeFactor("network.l2", settings.l2(), problems);
    excludeFactor("network.weight-decay", settings.weightDecay(), problems);
    excludeFactor("network.max-norm", settings.maxNorm(), problems);
    settings
        .survival()
        .filter(survival -> survival != 1)
        .ifPresent(survival -> problems.add("network.survival", survival, nothing));
  }

  private static void excludeFactor(String key, double value, NetworkProblems problems) {
    if (value != 0) {
      problems.add(key, value, "no setting, because network.dl4j-json defines it");
    }
  }

  /** Reads the JSON; a seed in the settings replaces its own. */
  static NetworkConfiguration read(
      NetworkSettings settings, String json, NetworkInput input, OutputTask task) {
    Model model = parse(settings, json);
    checkOutput(settings, model, input.width(), task);
    if (input.image() != null) {
      checkImage(settings, model, input.image());
    }
    NetworkConfiguration network = NetworkConfiguration.of(model);
    TrainableNetwork.require(network, KEY);
    return network;
  }

  private static void checkImage(NetworkSettings settings, Model model, ImageShape image) {
    Optional<String> problem = ImageInput.problem(model, image);
    if (problem.isPresent()) {
      throw failure(
              settings,
              "the network's image shape does not match the data",
              problem.get(),
              "one plane of %d × %d (data.images.colour = grey, data.images.resize)"
                  .formatted(image.height(), image.width()))
          .build();
    }
  }

  private static Model parse(NetworkSettings settings, String json) {
    try {
      JsonNode tree = Json.mapper().readTree(json);
      if (tree.has("confs")) {
        MultiLayerConfiguration own = MultiLayerConfiguration.fromJson(json);
        NetworkConfiguration.setType(own, DataType.FLOAT);
        prepare(settings, own.getConfs());
        return initialised(settings, new MultiLayerNetwork(own));
      }
      if (tree.has("vertices")) {
        ComputationGraphConfiguration own = ComputationGraphConfiguration.fromJson(json);
        NetworkConfiguration.setType(own, DataType.FLOAT);
        prepare(settings, NetworkConfiguration.layers(own));
        return initialised(settings, new ComputationGraph(own));
      }
    } catch (StrataException e) {
      throw e;
    } catch (JsonProcessingException | RuntimeException e) {
      throw failure(settings, "cannot read the DL4J configuration", firstLine(e), null)
          .cause(e)
          .build();
    }
    throw failure(
            settings,
            "not a DL4J configuration",
            "JSON without confs and vertices",
            "the output of MultiLayerConfiguration.toJson or ComputationGraphConfiguration.toJson")
        .build();
  }

  /**
   * Gives the layers the settings' seed; refuses optimisers whose state is not in DL4J's flat
   * vector.
   */
  private static void prepare(NetworkSettings settings, List<NeuralNetConfiguration> layers) {
    layers.forEach(layer -> layer.setSeed(InitialSeed.of(settings.seed().orElse(layer.getSeed()))));
    for (NeuralNetConfiguration layer : layers) {
      if (layer.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
        throw failure(
                settings,
                "the network's optimizer cannot be averaged",
                layer.getOptimizationAlgo().name(),
                OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT.name())
            .build();
      }
    }
  }

  private static Model initialised(NetworkSettings settings, Model model) {
    try {
      model.init();
      return model;
    } catch (RuntimeException e) {
      throw failure(settings, "DL4J cannot build the network", firstLine(e), null).cause(e).build();
    }
  }

  private static void checkOutput(
      NetworkSettings settings, Model model, int width, OutputTask task) {
    if (model instanceof ComputationGraph graph
        && (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1)) {
      throw failure(
              settings,
              "the network does not fit the data",
              graph.getNumInputArrays() + " inputs, " + graph.getNumOutputArrays() + " outputs",
              "1 input, 1 output")
          .build();
    }
    Object last =
        model instanceof MultiLayerNetwork network
            ? network.getOutputLayer()
            : ((ComputationGraph) model).getOutputLayer(0);
    if (!(last instanceof IOutputLayer)) {
      throw failure(
              settings,
              "the network has no loss",
              last.getClass().getSimpleName(),
              "an output layer as the last layer")
          .build();
    }
    INDArray output;
    try {
      INDArray zeros = Nd4j.zeros(2, width);
      output =
          model instanceof MultiLayerNetwork network
              ? network.output(zeros, false)
              : ((ComputationGraph) model).outputSingle(false, zeros);
    } catch (RuntimeException e) {
      throw failure(
              settings,
              "the network does not accept the data's rows",
              firstLine(e),
              "input width " + width)
          .cause(e)
          .build();
    }
    if (output.rank() != 2 || (task.width() > 0 && output.size(1) != task.width())) {
      throw failure(
              settings,
              "the network's output does not fit the label",
              "an output of shape " + Arrays.toString(output.shape()) + " for 2 rows",
              task.words())
          .build();
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private static StrataException.Builder failure(
      NetworkSettings settings, String what, String found, String expected) {
    var builder = StrataException.configuration(what).key(KEY).found(found);
    settings.dl4jJson().ifPresent(builder::file);
    return expected == null ? builder : builder.expected(expected);
  }
}
