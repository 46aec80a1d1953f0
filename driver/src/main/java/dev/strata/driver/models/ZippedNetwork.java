package dev.strata.driver.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkConfiguration.Kind;
import dev.strata.executor.network.TrainableNetwork;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * The network that a zip's JSON describes. Nothing of its size is made before {@link #initialised}.
 * Whatever DL4J throws at a JSON that it cannot use is a failure of data.
 */
final class ZippedNetwork {
  private final Path file;
  private final Kind kind;
  private final String json;
  private final long parameters;

  private ZippedNetwork(Path file, Kind kind, String json, long parameters) {
    this.file = file;
    this.kind = kind;
    this.json = json;
    this.parameters = parameters;
  }

  /**
   * @param file the zip, named in errors
   * @throws StrataException (data) where DL4J cannot read it
   */
  static ZippedNetwork parse(String json, Path file) {
    Kind kind = kind(json, file);
    long parameters = guarded(file, () -> new NetworkConfiguration(kind, json).parameterCount());
    return new ZippedNetwork(file, kind, json, parameters);
  }

  /** Also refuses nesting that would exhaust the stack of DL4J's reader. */
  private static Kind kind(String json, Path file) {
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    }
    if (!tree.has("confs") && !tree.has("vertices")) {
      throw unreadable(file, "JSON without confs and vertices", null);
    }
    return tree.has("confs") ? Kind.MULTI_LAYER : Kind.GRAPH;
  }

  /** P, length of the flat parameter vector. */
  long parameters() {
    return parameters;
  }

  /** A network of initial parameters, in the data type that the JSON names. */
  Model initialised() {
    Model made =
        guarded(
            file,
            () -> {
              Model model =
                  kind == Kind.MULTI_LAYER
                      ? new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json))
                      : new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
              model.init();
              return model;
            });
    if (made.numParams() != parameters) {
      throw unreadable(
          file, "layers of " + parameters + " parameters, a network of " + made.numParams(), null);
    }
    return made;
  }

  /** S, length of its updater's flat state. */
  long stateLength(Model model) {
    return guarded(
        file,
        () -> {
          var own = TrainedModel.optimizerState(model);
          return own == null ? 0L : own.length();
        });
  }

  /** Its configuration without counters. */
  NetworkConfiguration canonical(Model model) {
    return guarded(
        file,
        () -> {
          NetworkConfiguration network = NetworkConfiguration.of(model);
          TrainableNetwork.unusable(network)
              .ifPresent(
                  reason -> {
                    throw StrataException.data("cannot read the DL4J model")
                        .file(file)
                        .found(reason)
                        .expected("a network with a different updater")
                        .build();
                  });
          return network;
        });
  }

  private static <T> T guarded(Path file, Supplier<T> step) {
    try {
      return step.get();
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      String message = e.getMessage() == null ? "a field is missing" : e.getMessage();
      throw unreadable(file, message.lines().findFirst().orElse(""), e);
    }
  }

  private static StrataException unreadable(Path file, String found, Throwable cause) {
    return StrataException.data("cannot read the model's configuration")
        .file(file)
        .found(ModelSerializer.CONFIGURATION_JSON + ": " + found)
        .expected("stock DL4J JSON")
        .cause(cause)
        .build();
  }
}
