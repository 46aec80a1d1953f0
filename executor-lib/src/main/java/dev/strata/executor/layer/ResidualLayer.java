package dev.strata.executor.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link Residual} in a network: rows of any shape to rows of the same. In training b is drawn from
 * the thread's generator, once for a minibatch and only where the probability of survival is below
 * 1. Where b is 0, no layer of the block computes anything, and its gradient is 0.
 */
public final class ResidualLayer extends AbstractLayer<Residual> {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // An ArrayList.
  private final List<Layer> layers;

  private INDArray parameters;
  private INDArray gradients;

  /** What f is multiplied by in the last forward pass. */
  private double factor;

  private int[] widths = {};

  /** Rows of the last forward pass. */
  private int rows;

  ResidualLayer(
      NeuralNetConfiguration conf, DataType type, List<Layer> layers, INDArray parameters) {
    super(conf, type);
    this.layers = new ArrayList<>(layers);
    this.parameters = parameters;
  }

  /** From now on no block of a sequential network is skipped, and all are as at inference. */
  public static void keepStill(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      for (Layer layer : network.getLayers()) {
        if (layer instanceof ResidualLayer block) {
          block.layerConf().keepStill();
        }
      }
    }
  }

  /**
   * A layer of a network, or one within a block.
   *
   * @param prefix what the names of its parameters have in front in the network's layer
   */
  public record Part(String prefix, Layer layer) {
    /** The layer's own name of one of the parameters of the network's layer; empty for others'. */
    public Optional<String> own(String name) {
      return name.startsWith(prefix)
          ? Optional.of(name.substring(prefix.length()))
          : Optional.empty();
    }
  }

  /** Name of a parameter in the layer that it belongs to, which may be within a block. */
  public static String plainName(Trainable layer, String name) {
    return layer instanceof ResidualLayer ? ResidualParameters.plain(name) : name;
  }

  /** A layer itself, or the layers within it where it is a residual block. */
  public static List<Part> parts(Layer layer) {
    List<Part> parts = new ArrayList<>();
    if (layer instanceof ResidualLayer block) {
      for (int i = 0; i < block.layers.size(); i++) {
        parts.add(new Part(ResidualParameters.name(i, ""), block.layers.get(i)));
      }
    } else {
      parts.add(new Part("", layer));
    }
    return parts;
  }

  /** Elements of an output row of each layer of f, after a forward pass. */
  public List<Integer> widths() {
    return Arrays.stream(widths).boxed().toList();
  }

  /** Probability that a minibatch passes through f. */
  public double survival() {
    return layerConf().getSurvival();
  }

  /** A parameter with its layer's name, for messages. */
  String words(String parameter) {
    Layer layer = layers.get(ResidualParameters.index(parameter));
    return layer.conf().getLayer().getLayerName() + "." + ResidualParameters.plain(parameter);
  }

  /** The layers of f, bottom to top. */
  public List<Layer> layers() {
    return List.copyOf(layers);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, memory);
    factor = factor(training);
    rows = Math.toIntExact(input.size(0));
    return factor == 0
        ? memory.dup(ArrayType.ACTIVATIONS, input)
        : sum(input, factor, training, (layer, x) -> x, memory);
  }

  /** What is done to the input of a layer of f. */
  public interface Change {
    INDArray of(Layer layer, INDArray input);
  }

  /**
   * {@code x + factor · f(x)}.
   *
   * @param change of the inputs of the layers of f
   */
  public INDArray sum(
      INDArray x, double times, boolean training, Change change, LayerWorkspaceMgr memory) {
    INDArray above = x;
    widths = new int[layers.size()];
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      above = layer.activate(change.of(layer, before(i, above, memory)), training, memory);
      widths[i] = Math.toIntExact(above.length() / above.size(0));
    }
    // Some layers need their outputs when they go back.
    INDArray result = memory.dup(ArrayType.ACTIVATIONS, before(layers.size(), above, memory));
    return (times == 1 ? result : result.muli(times)).addi(x);
  }

  private INDArray before(int index, INDArray x, LayerWorkspaceMgr memory) {
    InputPreProcessor reshape = layerConf().getBetween().get(index);
    return reshape == null ? x : reshape.preProcess(x, Math.toIntExact(x.size(0)), memory);
  }

  /** What f is multiplied by for a minibatch of training: draws it where it may be 0. */
  public double trainingFactor() {
    return factor(true);
  }

  private double factor(boolean training) {
    if (!training || layerConf().isStill() || survival() >= 1) {
      return survival();
    }
    return Nd4j.rand(DataType.DOUBLE, 1).getDouble(0) < survival() ? 1 : 0;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    Gradient gradient = new DefaultGradient();
    INDArray down = memory.dup(ArrayType.ACTIVATION_GRAD, epsilon);
    if (factor == 0) {
      if (gradients != null) {
        gradients.assign(0);
        layerConf()
            .initializer()
            .getGradientsFromFlattened(conf, gradients)
            .forEach(gradient::setGradientFor);
      }
    } else {
      down = back(factor == 1 ? down : down.muli(factor), gradient, memory).addi(epsilon);
    }
    return new Pair<>(gradient, backpropDropOutIfPresent(down));
  }

  private INDArray back(INDArray epsilon, Gradient gradient, LayerWorkspaceMgr memory) {
    List<Gradient> found = new ArrayList<>();
    INDArray down = backBefore(layers.size(), epsilon, memory);
    for (int i = layers.size() - 1; i >= 0; i--) {
      Pair<Gradient, INDArray> own = layers.get(i).backpropGradient(down, memory);
      found.add(0, own.getFirst());
      down = backBefore(i, own.getSecond(), memory);
    }
    for (int i = 0; i < found.size(); i++) {
      Gradient own = found.get(i);
      for (Map.Entry<String, INDArray> entry : own.gradientForVariable().entrySet()) {
        gradient.setGradientFor(
            ResidualParameters.name(i, entry.getKey()),
            entry.getValue(),
            own.flatteningOrderForVariable(entry.getKey()));
      }
    }
    return down;
  }

  private INDArray backBefore(int index, INDArray epsilon, LayerWorkspaceMgr memory) {
    InputPreProcessor reshape = layerConf().getBetween().get(index);
    return reshape == null ? epsilon : reshape.backprop(epsilon, rows, memory);
  }

  @Override
  public INDArray params() {
    return parameters;
  }

  @Override
  public long numParams() {
    return parameters == null ? 0 : parameters.length();
  }

  @Override
  public long numParams(boolean backwards) {
    return numParams();
  }

  @Override
  public Map<String, INDArray> paramTable() {
    return paramTable(false);
  }

  @Override
  public Map<String, INDArray> paramTable(boolean onlyPretraining) {
    Map<String, INDArray> table = new LinkedHashMap<>();
    for (Part part : parts(this)) {
      Map<String, INDArray> own = part.layer.paramTable(onlyPretraining);
      if (own != null) {
        own.forEach((parameter, array) -> table.put(part.prefix + parameter, array));
      }
    }
    return table;
  }

  @Override
  public INDArray getParam(String name) {
    return layers.get(ResidualParameters.index(name)).getParam(ResidualParameters.plain(name));
  }

  @Override
  public void setParam(String name, INDArray values) {
    getParam(name).assign(values);
  }

  @Override
  public void setParamTable(Map<String, INDArray> table) {
    table.forEach(this::setParam);
  }

  @Override
  public void setParams(INDArray values) {
    parameters.assign(values.reshape(parameters.shape()));
  }

  @Override
  public void setParamsViewArray(INDArray view) {
    parameters = view;
    share(view, Layer::setParamsViewArray);
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradients;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradients = view;
    share(view, Layer::setBackpropGradientsViewArray);
  }

  /** Gives each layer that has parameters its part of a flat vector of the block. */
  private void share(INDArray view, BiConsumer<Layer, INDArray> to) {
    List<INDArray> slices = ResidualParameters.slices(layerConf(), conf, view);
    for (int i = 0; i < layers.size(); i++) {
      if (slices.get(i) != null) {
        to.accept(layers.get(i), slices.get(i));
      }
    }
  }

  @Override
  public boolean updaterDivideByMinibatch(String name) {
    return layers
        .get(ResidualParameters.index(name))
        .updaterDivideByMinibatch(ResidualParameters.plain(name));
  }

  @Override
  public double calcRegularizationScore(boolean backpropOnly) {
    return layers.stream().mapToDouble(l -> l.calcRegularizationScore(backpropOnly)).sum();
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    layers.forEach(layer -> layer.applyConstraints(iteration, epoch));
  }

  @Override
  public void clear() {
    super.clear();
    layers.forEach(Layer::clear);
  }

  @Override
  public void clearNoiseWeightParams() {
    layers.forEach(Layer::clearNoiseWeightParams);
  }

  @Override
  public void setInputMiniBatchSize(int size) {
    super.setInputMiniBatchSize(size);
    layers.forEach(layer -> layer.setInputMiniBatchSize(size));
  }

  @Override
  public void setCacheMode(CacheMode mode) {
    super.setCacheMode(mode);
    layers.forEach(layer -> layer.setCacheMode(mode));
  }

  @Override
  public void setIterationCount(int count) {
    super.setIterationCount(count);
    layers.forEach(layer -> layer.setIterationCount(count));
  }

  @Override
  public void setEpochCount(int count) {
    super.setEpochCount(count);
    layers.forEach(layer -> layer.setEpochCount(count));
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
