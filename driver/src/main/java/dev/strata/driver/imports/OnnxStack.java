package dev.strata.driver.imports;

import dev.strata.executor.layer.WindowWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Layers of a network, each put upon the one below, and the shape of what the topmost gives: a
 * vector, or a vector of channels for each position ({@code [channels, positions]}).
 */
final class OnnxStack {
  private final List<Built> layers = new ArrayList<>();
  private final Map<Integer, InputPreProcessor> between = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private int width;
  private int steps;
  private boolean single;

  /** Layers below the positions that a vector was last turned into. */
  private int opened;

  /** A layer, and its parameters by DL4J's names. */
  private record Built(Layer layer, List<Parameter> parameters) {}

  /**
   * Numbers of a parameter.
   *
   * @param name as DL4J has it
   * @param inMemory whether they are in the order of DL4J's memory; else in C order of its shape
   */
  record Parameter(String name, float[] values, boolean inMemory) {
    Parameter(String name, float[] values) {
      this(name, values, false);
    }
  }

  /**
   * @param shape of a row: none where the file leaves it open, the width of a vector (0 where the
   *     file leaves that open), or channels and positions
   */
  OnnxStack(List<Integer> shape) {
    width = shape.isEmpty() ? 0 : shape.get(0);
    steps = shape.size() > 1 ? shape.get(1) : 0;
    if (steps > 0) {
      between.put(0, reshape(new long[] {(long) width * steps}, new long[] {width, steps}));
    }
  }

  private static InputPreProcessor reshape(long[] from, long[] to) {
    return new ReshapePreprocessor(from, to, false, RNNFormat.NCW);
  }

  boolean isEmpty() {
    return layers.isEmpty();
  }

  /** Numbers of a vector, or channels; 0 where the file leaves it open. */
  int width() {
    return width;
  }

  /** Positions; 0 of a vector. */
  int steps() {
    return steps;
  }

  /**
   * Puts a layer on top.
   *
   * @param above numbers of the vector that it gives, or channels
   * @param positions that it gives; 0 of a vector
   */
  void add(Layer layer, int above, int positions, List<Parameter> parameters) {
    layers.add(new Built(layer, parameters));
    width = above;
    steps = positions;
  }

  /** The width that a first layer has, where the file leaves it open. */
  void widthIs(int numbers) {
    width = numbers;
  }

  /** One vector of all channels and positions, channel by channel. */
  void flatten() {
    if (steps > 0) {
      int all = Math.multiplyExact(width, steps);
      if (opened == layers.size()) {
        between.remove(opened);
      } else {
        between.put(layers.size(), reshape(new long[] {width, steps}, new long[] {all}));
      }
      width = all;
      steps = 0;
    }
    single = false;
  }

  /**
   * Numbers of a vector become positions of these channels, channel by channel.
   *
   * @return false where they have just been made one vector of positions
   */
  boolean positions(int channels) {
    if (between.containsKey(layers.size())) {
      return false;
    }
    long[] vector = {width};
    steps = width / channels;
    width = channels;
    opened = layers.size();
    between.put(opened, reshape(vector, new long[] {width, steps}));
    return true;
  }

  /** The topmost layer gives one position, which DL4J has as a vector. */
  void single() {
    steps = 0;
    single = true;
  }

  /** Whether a vector has a dimension of one position still. */
  boolean isSingle() {
    return single;
  }

  /**
   * Gives the topmost layer its activation.
   *
   * @return false where it is no layer of weights, or has one
   */
  boolean activate(IActivation function) {
    Layer top = layers.isEmpty() ? null : layers.get(layers.size() - 1).layer();
    boolean open =
        top instanceof FeedForwardLayer own
            && !between.containsKey(layers.size())
            && Activation.IDENTITY.getActivationFunction().equals(own.getActivationFn());
    if (open) {
      ((FeedForwardLayer) top).setActivationFn(function);
    }
    return open;
  }

  /** The node's name, without what would be a path; unique. */
  String name(OnnxNode node) {
    String own =
        node.proto().getName().replaceFirst("^/", "").replaceFirst("/(Gemm|MatMul|Conv)$", "");
    return own.isBlank() ? unique(node.operator().toLowerCase(Locale.ROOT), "-1") : unique(own, "");
  }

  private String unique(String wish, String first) {
    String name = wish + first;
    for (int i = 2; !names.add(name); i++) {
      name = wish + "-" + i;
    }
    return name;
  }

  MultiLayerNetwork network() {
    flatten();
    if (between.containsKey(layers.size())) {
      // DL4J reshapes what a layer takes only.
      Layer none =
          new ActivationLayer.Builder(Activation.IDENTITY.getActivationFunction())
              .name(unique("flat", ""))
              .build();
      add(none, width, 0, List.of());
    }
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .updater(new Sgd())
            .list()
            // DL4J would take the positions of a reshaped vector for its channels.
            .overrideNinUponBuild(false);
    layers.forEach(built -> list.layer(built.layer()));
    between.forEach(list::inputPreProcessor);
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter parameter : layers.get(i).parameters()) {
        put(parameter, network.getLayer(i).getParam(parameter.name()));
      }
    }
    return network;
  }

  private static void put(Parameter parameter, INDArray target) {
    INDArray values = Nd4j.createFromArray(parameter.values());
    if (parameter.inMemory()) {
      WindowWeights.memory(target).assign(values);
    } else {
      target.assign(values.reshape('c', target.shape()));
    }
  }
}
