package dev.strata.driver.imports;

import dev.strata.driver.imports.ImportSettings.WeightsOrder;
import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.WindowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights of {@code .npz}, {@code .npy}, {@code .safetensors} and Keras' {@code .h5} files put into
 * a network that the configuration describes. Parameters are called {@code weights} {@code [inputs,
 * units]} (of convolutions over words {@code [kernel, inputs, units]}, vectors of words {@code
 * [words, units]}) and {@code bias} {@code [units]}; those of batch normalisation {@code gamma},
 * {@code beta}, {@code mean} and {@code variance}. The array of a parameter is the one that {@code
 * import.arrays} names, else {@code LAYER/PARAMETER}; of safetensors see {@link StateNames}, of
 * Keras {@link KerasWeightsFile}.
 */
final class NumpyImport {
  private static final String KEY = "import.arrays";

  /** DL4J's names of parameters, by ours. */
  private static final Map<String, String> PARAMETERS =
      new TreeMap<>(
          Map.of(
              "weights",
              "W",
              "bias",
              "b",
              "gamma",
              "gamma",
              "beta",
              "beta",
              "mean",
              "mean",
              "variance",
              "log10stdev"));

  private static final String WEIGHTS = "weights";
  private static final String VARIANCE = "variance";

  private final ImportSource source;
  private final ImportSettings settings;
  private final ImportFormat format;
  private final MultiLayerNetwork network;
  private final List<String> names;

  private boolean turned;

  private NumpyImport(
      ImportSource source,
      ImportSettings settings,
      ImportFormat format,
      MultiLayerNetwork network) {
    this.format = format;
    this.source = source;
    this.settings = settings;
    this.network = network;
    this.names = new LayerActivations(network).names();
  }

  /** The array for each parameter of one layer. */
  private record Place(int layer, String parameter, String array) {}

  /**
   * @param format {@link ImportFormat#NUMPY}, {@link ImportFormat#SAFETENSORS} or {@link
   *     ImportFormat#KERAS}
   * @param configuration of a sequential network
   * @throws StrataException (configuration) where the mapping names what is not there; (data) where
   *     an array is missing, unreadable or of another shape
   */
  static Model read(
      ImportSource source,
      ImportSettings settings,
      ImportFormat format,
      NetworkConfiguration configuration)
      throws IOException {
    MultiLayerNetwork network = (MultiLayerNetwork) configuration.newModel();
    return new NumpyImport(source, settings, format, network).fill();
  }

  private Model fill() throws IOException {
    checkNames();
    List<Place> places;
    WeightArrays arrays;
    if (format == ImportFormat.SAFETENSORS) {
      SafetensorsFile file = SafetensorsFile.open(source);
      turned = turned(!file.isInOut());
      places = places(new StateNames(source.name(), file.shapes()).find(layers()));
      arrays = file.read(wanted(places));
    } else if (format == ImportFormat.KERAS) {
      turned = turned(false);
      try (KerasWeightsFile file = KerasWeightsFile.open(source)) {
        places = places(file.find(layers()));
        arrays = file.read(wanted(places));
      }
    } else {
      turned = turned(false);
      places = places(new TreeMap<>());
      arrays =
          NumpyArrays.read(source, wanted(places)::contains, Double.BYTES * network.numParams());
    }
    for (Place place : places) {
      put(place, arrays);
    }
    return network;
  }

  private static Set<String> wanted(List<Place> places) {
    Set<String> wanted = new HashSet<>();
    places.forEach(place -> wanted.add(place.array()));
    return wanted;
  }

  private boolean turned(boolean usual) {
    return settings.weightsOrder() == WeightsOrder.AUTO
        ? usual
        : settings.weightsOrder() == WeightsOrder.OUT_IN;
  }

  /** What the layers with parameters need. */
  private List<StateNames.Wanted> layers() {
    List<StateNames.Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Map<String, List<Integer>> shapes = new TreeMap<>();
      for (String parameter : parameters(network.getLayer(i))) {
        shapes.put(parameter, expected(i, parameter));
      }
      if (!shapes.isEmpty()) {
        Map<String, String> mapped = settings.arrays().getOrDefault(names.get(i), Map.of());
        wanted.add(new StateNames.Wanted(names.get(i), shapes, mapped));
      }
    }
    return wanted;
  }

  private void checkNames() {
    settings
        .arrays()
        .forEach(
            (layer, parameters) -> {
              requireKnown(KEY, layer, names, "layer");
              List<String> own = parameters(network.getLayer(names.indexOf(layer)));
              parameters
                  .keySet()
                  .forEach(p -> requireKnown(KEY + "." + layer, p, own, "parameter"));
            });
  }

  private static void requireKnown(String key, String name, List<String> known, String what) {
    if (!known.contains(name)) {
      Optional<String> near = Nearest.to(name, known);
      String suggestion = near.map(n -> "; did you mean " + n + "?").orElse("");
      throw StrataException.configuration("the network has no " + what + " " + name + suggestion)
          .key(key)
          .found(name)
          .expected(known.isEmpty() ? "none" : "one of " + String.join(", ", known))
          .build();
    }
  }

  /** Ours, of a layer. */
  private static List<String> parameters(Layer layer) {
    Set<String> own = layer.paramTable(false).keySet();
    return PARAMETERS.keySet().stream().filter(p -> own.contains(PARAMETERS.get(p))).toList();
  }

  private List<Place> places(Map<String, String> found) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Map<String, String> mapped = settings.arrays().getOrDefault(names.get(i), Map.of());
      for (String parameter : parameters(network.getLayer(i))) {
        String fallback = names.get(i) + "/" + parameter;
        places.add(
            new Place(
                i,
                parameter,
                mapped.getOrDefault(parameter, found.getOrDefault(fallback, fallback))));
      }
    }
    return places;
  }

  private void put(Place place, WeightArrays arrays) {
    String layer = names.get(place.layer());
    NumpyArray array = arrays.arrays().get(place.array());
    if (array == null) {
      Optional<String> near = Nearest.to(place.array(), arrays.names());
      throw StrataException.data("no array for " + place.parameter() + " of layer " + layer)
          .key(KEY + "." + layer + "." + place.parameter())
          .file(source.name())
          .found(
              "no array " + place.array() + near.map(n -> ", did you mean " + n + "?").orElse(""))
          .expected("one of " + String.join(", ", arrays.names()))
          .build();
    }
    INDArray target = network.getLayer(place.layer()).getParam(PARAMETERS.get(place.parameter()));
    List<Integer> found = array.shape();
    List<Integer> expected = expected(place.layer(), place.parameter());
    if (!found.equals(expected)) {
      throw StrataException.data(
              "the array for " + place.parameter() + " of layer " + layer + " has another shape")
          .key(KEY + "." + layer + "." + place.parameter())
          .file(source.name() + ", array " + place.array())
          .found(found)
          .expected(expected)
          .build();
    }
    INDArray values = values(array, place);
    if (place.parameter().equals(WEIGHTS)
        && configured(place.layer()) instanceof Convolution1DLayer) {
      WindowWeights.memory(target).assign(values.reshape(values.length()));
    } else {
      target.assign(values.reshape('c', target.shape()));
    }
  }

  private org.deeplearning4j.nn.conf.layers.Layer configured(int layer) {
    return network.getLayer(layer).conf().getLayer();
  }

  /** Whether weights have their dimensions in the opposite order; vectors of words never have. */
  private boolean turns(int layer, String parameter) {
    return turned
        && parameter.equals(WEIGHTS)
        && !(configured(layer) instanceof EmbeddingSequenceLayer);
  }

  private List<Integer> expected(int layer, String parameter) {
    INDArray target = network.getLayer(layer).getParam(PARAMETERS.get(parameter));
    List<Integer> shape = new ArrayList<>();
    if (!parameter.equals(WEIGHTS)) {
      shape.add(Math.toIntExact(target.length()));
    } else if (configured(layer) instanceof Convolution1DLayer windows) {
      shape.add(windows.getKernelSize()[0]);
      shape.add(Math.toIntExact(windows.getNIn()));
      shape.add(Math.toIntExact(windows.getNOut()));
    } else {
      shape.add(Math.toIntExact(target.size(0)));
      shape.add(Math.toIntExact(target.size(1)));
    }
    if (turns(layer, parameter)) {
      Collections.reverse(shape);
    }
    return List.copyOf(shape);
  }

  /** In the target's own order, C. */
  private INDArray values(NumpyArray array, Place place) {
    float[] values = array.values().clone();
    if (place.parameter().equals(VARIANCE)) {
      for (int i = 0; i < values.length; i++) {
        // DL4J stores the logarithm of the deviation.
        double exact = array.exact() == null ? values[i] : array.exact()[i];
        values[i] = (float) (0.5 * Math.log10(exact));
      }
    }
    INDArray flat = Nd4j.createFromArray(values);
    if (turns(place.layer(), place.parameter())) {
      int[] sizes = array.shape().stream().mapToInt(size -> size).toArray();
      int[] order = IntStream.iterate(sizes.length - 1, d -> d - 1).limit(sizes.length).toArray();
      return flat.reshape('c', sizes).permute(order).dup('c');
    }
    return flat;
  }
}
