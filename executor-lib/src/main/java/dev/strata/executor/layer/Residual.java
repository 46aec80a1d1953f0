package dev.strata.executor.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A residual block as part of a DL4J network: {@code y = x + f(x)}, f being layers one upon the
 * other (He et al. 2016, equation 1). With stochastic depth {@code y = x + b f(x)} in training, b
 * being 1 with probability {@code survival} and else 0, drawn once for a minibatch, and {@code y =
 * x + survival · f(x)} at inference (Huang et al. 2016, equations 2 and 5). A class of Strata's:
 * DL4J reads networks with it where Strata's jar is on the class path.
 *
 * <p>The block's parameters are those of its layers one after the other, named {@code
 * INDEX.PARAMETER} ({@link ResidualParameters}).
 */
public final class Residual extends Layer {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // An ArrayList.
  private List<Layer> layers = new ArrayList<>();

  @SuppressWarnings("serial") // A TreeMap.
  private Map<Integer, InputPreProcessor> between = new TreeMap<>();

  private double survival = 1;

  /** Not part of JSON. */
  private transient boolean still;

  /** For JSON. */
  public Residual() {}

  /**
   * @param layers of f, bottom to top
   * @param between what stands below some of them, by the index of the layer above it; at the
   *     number of layers what stands above all
   * @param survival probability that a minibatch passes through f, in (0, 1]
   */
  public Residual(
      String name, List<Layer> layers, Map<Integer, InputPreProcessor> between, double survival) {
    setLayerName(name);
    this.layers = new ArrayList<>(layers);
    this.between = new TreeMap<>(between);
    this.survival = survival;
  }

  /** The layers of f, bottom to top. */
  public List<Layer> getLayers() {
    return layers;
  }

  public void setLayers(List<Layer> others) {
    layers = new ArrayList<>(others);
  }

  public Map<Integer, InputPreProcessor> getBetween() {
    return between;
  }

  public void setBetween(Map<Integer, InputPreProcessor> others) {
    between = new TreeMap<>(others);
  }

  public double getSurvival() {
    return survival;
  }

  public void setSurvival(double probability) {
    survival = probability;
  }

  /** Computes in training what it computes at inference, from now on. */
  public void keepStill() {
    still = true;
  }

  boolean isStill() {
    return still;
  }

  /** A layer itself, or the layers within it where it is a residual block. */
  public static List<Layer> parts(Layer layer) {
    return layer instanceof Residual block ? block.layers : List.of(layer);
  }

  /** Changes the layers of f. */
  public void replaceLayers(Function<Layer, Layer> change) {
    layers.replaceAll(change::apply);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    initializer().init(conf, parameters, initialize);
    List<org.deeplearning4j.nn.api.Layer> inner = new ArrayList<>();
    List<INDArray> views = ResidualParameters.slices(this, conf, parameters);
    for (int i = 0; i < layers.size(); i++) {
      NeuralNetConfiguration own = ResidualParameters.configuration(conf, layers.get(i));
      inner.add(layers.get(i).instantiate(own, listeners, index, views.get(i), false, type));
    }
    ResidualLayer layer = new ResidualLayer(conf, type, inner, parameters);
    layer.setListeners(listeners);
    layer.setIndex(index);
    return layer;
  }

  @Override
  public ResidualParameters initializer() {
    return ResidualParameters.INSTANCE;
  }

  @Override
  public InputType getOutputType(int index, InputType below) {
    InputType type = below;
    for (int i = 0; i <= layers.size(); i++) {
      type = between.containsKey(i) ? between.get(i).getOutputType(type) : type;
      type = i < layers.size() ? layers.get(i).getOutputType(index, type) : type;
    }
    return type;
  }

  @Override
  public void setNIn(InputType below, boolean override) {
    InputType type = below;
    for (int i = 0; i < layers.size(); i++) {
      type = between.containsKey(i) ? between.get(i).getOutputType(type) : type;
      layers.get(i).setNIn(type, override);
      type = layers.get(i).getOutputType(i, type);
    }
  }

  /** What stands between its layers is its own; it takes what is below as it is. */
  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType below) {
    return null;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    return layer(parameter).getRegularizationByParam(ResidualParameters.plain(parameter));
  }

  @Override
  public boolean isPretrainParam(String parameter) {
    return false;
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return layer(parameter).getUpdaterByParam(ResidualParameters.plain(parameter));
  }

  private Layer layer(String parameter) {
    return layers.get(ResidualParameters.index(parameter));
  }

  /** Clipping counts the block as one layer, whose own is that of the first that has one. */
  @Override
  public GradientNormalization getGradientNormalization() {
    BaseLayer clipped = clipped();
    return clipped == null ? GradientNormalization.None : clipped.getGradientNormalization();
  }

  @Override
  public double getGradientNormalizationThreshold() {
    BaseLayer clipped = clipped();
    return clipped == null ? 0 : clipped.getGradientNormalizationThreshold();
  }

  private BaseLayer clipped() {
    for (Layer layer : layers) {
      if (layer instanceof BaseLayer base && base.getGradientNormalization() != null) {
        return base;
      }
    }
    return null;
  }

  @Override
  public void setDataType(DataType type) {
    layers.forEach(layer -> layer.setDataType(type));
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType below) {
    InputType above = getOutputType(0, below);
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(getLayerName(), Residual.class, below, above)
        .standardMemory(parameters, parameters)
        .workingMemory(0, 0, 0, above.arrayElementsPerExample())
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public Residual clone() {
    Residual copy = (Residual) super.clone();
    copy.layers = new ArrayList<>();
    layers.forEach(layer -> copy.layers.add(layer.clone()));
    copy.between = new TreeMap<>();
    between.forEach((index, below) -> copy.between.put(index, below.clone()));
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Residual own
        && super.equals(other)
        && own.layers.equals(layers)
        && own.between.equals(between)
        && own.survival == survival;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), layers, between, survival);
  }
}
