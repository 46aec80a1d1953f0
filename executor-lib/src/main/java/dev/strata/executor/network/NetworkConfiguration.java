package dev.strata.executor.network;

import dev.strata.executor.layer.FractionalPooling;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.optimizer.ScheduleOffset;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stock DL4J network without parameters: immutable, as it travels to tasks and is hashed. Its
 * JSON is canonical: of an initialised network whose counters are 0, so that a trained and a new
 * network of one architecture have the same.
 *
 * @param kind which of DL4J's two kinds of network
 * @param json of its {@link MultiLayerConfiguration} or {@link ComputationGraphConfiguration}
 */
public record NetworkConfiguration(Kind kind, String json) implements Serializable {
  /** DL4J's kinds of network. */
  public enum Kind {
    MULTI_LAYER,
    GRAPH
  }

  public NetworkConfiguration {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(json);
  }

  /** The configuration of an initialised network, counters left out. */
  public static NetworkConfiguration of(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      MultiLayerConfiguration own = network.getLayerWiseConfigurations().clone();
      own.setIterationCount(0);
      own.setEpochCount(0);
      own.getConfs().forEach(NetworkConfiguration::restart);
      return new NetworkConfiguration(Kind.MULTI_LAYER, own.toJson());
    }
    // Not DL4J's clone, which forgets along which axis a MergeVertex puts its inputs side by side.
    ComputationGraphConfiguration own =
        ComputationGraphConfiguration.fromJson(
            ((ComputationGraph) model).getConfiguration().toJson());
    own.setIterationCount(0);
    own.setEpochCount(0);
    layers(own).forEach(NetworkConfiguration::restart);
    return new NetworkConfiguration(Kind.GRAPH, own.toJson());
  }

  private static void restart(NeuralNetConfiguration layer) {
    layer.setIterationCount(0);
    layer.setEpochCount(0);
  }

  /** A new network, float32, its initial parameters a function of this configuration alone. */
  public Model newModel() {
    return newModel(DataType.FLOAT);
  }

  /** As {@link #newModel()}, its schedules as if so much training had gone before. */
  public Model newModel(ScheduleOffset offset) {
    if (offset.equals(ScheduleOffset.NONE)) {
      return newModel();
    }
    Model model = bare(DataType.FLOAT, offset);
    Nd4j.getRandom().setSeed(seed());
    model.init();
    return model;
  }

  /** A new network in that data type; initialised as {@link #newModel()}. */
  public Model newModel(DataType type) {
    Model model = bare(type);
    // Layers draw their weights from the calling thread's generator.
    Nd4j.getRandom().setSeed(seed());
    model.init();
    return model;
  }

  /** A new float32 network with these parameters, which are copied. */
  public Model newModel(float[] parameters) {
    Model model = bare(DataType.FLOAT);
    var flat = Nd4j.createFromArray(parameters).reshape(1, parameters.length);
    if (model instanceof MultiLayerNetwork network) {
      network.init(flat, false);
    } else {
      ((ComputationGraph) model).init(flat, false);
    }
    return model;
  }

  /**
   * A sequential network without dropout and weight noise.
   *
   * @param parameters {@code [1, P]}, which it shares; their type is the network's
   */
  public MultiLayerNetwork withoutDropout(INDArray parameters) {
    MultiLayerConfiguration own = multiLayer();
    setType(own, parameters.dataType());
    own.getConfs().forEach(c -> quiet(c.getLayer()));
    MultiLayerNetwork network = new MultiLayerNetwork(own);
    network.init(parameters, false);
    return network;
  }

  private static void quiet(Layer layer) {
    layer.setIDropout(null);
    if (layer instanceof BaseLayer base) {
      base.setWeightNoise(null);
    } else if (layer instanceof FractionalPooling pooling) {
      pooling.keepStill();
    } else if (layer instanceof Residual block) {
      block.keepStill();
      block.getLayers().forEach(NetworkConfiguration::quiet);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      quiet(wrapper.getUnderlying());
    } else if (layer instanceof FrozenLayer frozen) {
      quiet(frozen.getLayer());
    } else if (layer instanceof Bidirectional both) {
      quiet(both.getFwd());
      quiet(both.getBwd());
    }
  }

  /** P, length of the flat parameter vector. */
  public long parameterCount() {
    if (kind == Kind.MULTI_LAYER) {
      return multiLayer().getConfs().stream()
          .mapToLong(c -> c.getLayer().initializer().numParams(c))
          .sum();
    }
    return graph().getVertices().values().stream().mapToLong(v -> v.numParams(true)).sum();
  }

  /**
   * Numbers of parameters of the layers of a sequential network, bottom to top, as they follow one
   * another in the flat vector.
   */
  public List<Long> layerParameters() {
    return multiLayer().getConfs().stream()
        .map(c -> c.getLayer().initializer().numParams(c))
        .toList();
  }

  /** Names, kinds and widths of all layers, bottom to top. */
  public NetworkReport describe() {
    return NetworkReport.of(this);
  }

  /** Seed of the initial weights. */
  public long seed() {
    return kind == Kind.MULTI_LAYER
        ? multiLayer().getConf(0).getSeed()
        : graph().getDefaultConfiguration().getSeed();
  }

  public MultiLayerConfiguration multiLayer() {
    return MultiLayerConfiguration.fromJson(json);
  }

  ComputationGraphConfiguration graph() {
    return ComputationGraphConfiguration.fromJson(json);
  }

  private Model bare(DataType type) {
    return bare(type, ScheduleOffset.NONE);
  }

  private Model bare(DataType type, ScheduleOffset offset) {
    if (kind == Kind.MULTI_LAYER) {
      MultiLayerConfiguration own = multiLayer();
      setType(own, type);
      own.getConfs().forEach(offset::apply);
      return new MultiLayerNetwork(own);
    }
    ComputationGraphConfiguration own = graph();
    setType(own, type);
    layers(own).forEach(offset::apply);
    return new ComputationGraph(own);
  }

  /** Configurations of the layers, and the one that new layers would be made after. */
  static List<NeuralNetConfiguration> layers(ComputationGraphConfiguration graph) {
    List<NeuralNetConfiguration> found = new ArrayList<>();
    found.add(graph.getDefaultConfiguration());
    for (GraphVertex vertex : graph.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        found.add(layer.getLayerConf());
      }
    }
    return found;
  }

  static void setType(MultiLayerConfiguration configuration, DataType type) {
    configuration.setDataType(type);
    configuration.getConfs().forEach(c -> c.setDataType(type));
  }

  static void setType(ComputationGraphConfiguration configuration, DataType type) {
    configuration.setDataType(type);
    layers(configuration).forEach(c -> c.setDataType(type));
  }
}
