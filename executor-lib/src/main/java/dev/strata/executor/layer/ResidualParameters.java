package dev.strata.executor.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Parameters of a {@link Residual} block: those of its layers one after the other in the flat
 * vector. A name has the index of its layer in front, so that W of the second layer is {@code 1.W}.
 */
public final class ResidualParameters implements ParamInitializer {
  static final ResidualParameters INSTANCE = new ResidualParameters();

  /** DL4J's updaters look for the network's layer in front of the last underscore. */
  private static final String SEPARATOR = ".";

  private ResidualParameters() {}

  static String name(int layer, String parameter) {
    return layer + SEPARATOR + parameter;
  }

  /** Index of the layer of a parameter of a block. */
  static int index(String name) {
    return Integer.parseInt(name.substring(0, name.indexOf(SEPARATOR)));
  }

  /** The layer's own name of a parameter of a block. */
  static String plain(String name) {
    return name.substring(name.indexOf(SEPARATOR) + 1);
  }

  /** Configuration of a layer within a block. */
  static NeuralNetConfiguration configuration(NeuralNetConfiguration block, Layer layer) {
    NeuralNetConfiguration own = block.clone();
    own.clearVariables();
    own.setLayer(layer);
    return own;
  }

  /** The parts of a flat vector of the block; null for layers without parameters. */
  static List<INDArray> slices(Residual block, NeuralNetConfiguration conf, INDArray flat) {
    List<INDArray> slices = new ArrayList<>();
    long from = 0;
    for (Layer layer : block.getLayers()) {
      long count = layer.initializer().numParams(configuration(conf, layer));
      slices.add(
          count == 0
              ? null
              : flat.reshape(1, flat.length())
                  .get(NDArrayIndex.interval(0, 1), NDArrayIndex.interval(from, from + count)));
      from += count;
    }
    return slices;
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return ((Residual) conf.getLayer())
        .getLayers().stream()
            .mapToLong(layer -> layer.initializer().numParams(configuration(conf, layer)))
            .sum();
  }

  @Override
  public long numParams(Layer layer) {
    return Residual.parts(layer).stream().mapToLong(l -> l.initializer().numParams(l)).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return names(layer, l -> l.initializer().paramKeys(l));
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return names(layer, l -> l.initializer().weightKeys(l));
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return names(layer, l -> l.initializer().biasKeys(l));
  }

  private static List<String> names(Layer block, Function<Layer, List<String>> own) {
    List<String> names = new ArrayList<>();
    List<Layer> layers = Residual.parts(block);
    for (int i = 0; i < layers.size(); i++) {
      for (String parameter : own.apply(layers.get(i))) {
        names.add(name(i, parameter));
      }
    }
    return names;
  }

  @Override
  public boolean isWeightParam(Layer layer, String name) {
    Layer own = Residual.parts(layer).get(index(name));
    return own.initializer().isWeightParam(own, plain(name));
  }

  @Override
  public boolean isBiasParam(Layer layer, String name) {
    Layer own = Residual.parts(layer).get(index(name));
    return own.initializer().isBiasParam(own, plain(name));
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray flat, boolean initialize) {
    Map<String, INDArray> table =
        ofLayers(
            conf, flat, (own, view) -> own.getLayer().initializer().init(own, view, initialize));
    conf.clearVariables();
    table.keySet().forEach(conf::addVariable);
    return table;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray flat) {
    return ofLayers(
        conf,
        flat,
        (own, view) -> own.getLayer().initializer().getGradientsFromFlattened(own, view));
  }

  /** What the arrays of one layer are. */
  private interface Arrays {
    Map<String, INDArray> of(NeuralNetConfiguration own, INDArray view);
  }

  private static Map<String, INDArray> ofLayers(
      NeuralNetConfiguration conf, INDArray flat, Arrays arrays) {
    Residual block = (Residual) conf.getLayer();
    List<INDArray> views = slices(block, conf, flat);
    Map<String, INDArray> table = new LinkedHashMap<>();
    for (int i = 0; i < views.size(); i++) {
      if (views.get(i) != null) {
        int layer = i;
        arrays
            .of(configuration(conf, block.getLayers().get(i)), views.get(i))
            .forEach((parameter, array) -> table.put(name(layer, parameter), array));
      }
    }
    return table;
  }
}
