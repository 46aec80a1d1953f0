package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Weights of a Keras model alone, for the layers of {@code network.layers}. {@code save_weights} of
 * Keras 3 writes what a {@code .keras} file holds ({@link KerasVariables}); Keras 2 writes a group
 * a layer, arrays such as {@code dense/dense/kernel:0}, and the attribute {@code layer_names} with
 * the layers' order.
 */
final class KerasWeightsFile implements Closeable {
  private static final String KEY = "import.arrays";
  private static final String WEIGHTS = "weights";
  private static final String GAMMA = "gamma";

  /** Names of {@code import.arrays} in the order in which Keras 3 numbers the arrays. */
  private static final Map<String, List<String>> NUMBERED =
      Map.of(
          "Dense",
          List.of(WEIGHTS, "bias"),
          "BatchNormalization",
          List.of(GAMMA, "beta", "mean", "variance"));

  /** The same by the names of Keras 2. */
  private static final Map<String, String> NAMED =
      Map.of(
          "kernel",
          WEIGHTS,
          "bias",
          "bias",
          GAMMA,
          GAMMA,
          "beta",
          "beta",
          "moving_mean",
          "mean",
          "moving_variance",
          "variance");

  private final Hdf5File hdf5;
  private final String name;
  private final List<String> paths;
  private final List<Group> groups = new ArrayList<>();

  /**
   * A layer of the file.
   *
   * @param arrays name of {@code import.arrays} → path; other arrays by their own names
   */
  private record Group(String name, Map<String, String> arrays) {
    boolean suits(StateNames.Wanted layer) {
      String first = layer.parameters().containsKey(GAMMA) ? GAMMA : WEIGHTS;
      return arrays.containsKey(first);
    }
  }

  private KerasWeightsFile(ImportSource source) throws IOException {
    this.name = source.name();
    this.hdf5 = new Hdf5File(source.local());
    this.paths = hdf5.arrays();
    if (isThird(hdf5.members())) {
      third();
    } else {
      second();
    }
  }

  /**
   * @throws StrataException (data) where it is no readable HDF5 file
   */
  static KerasWeightsFile open(ImportSource source) {
    try {
      return new KerasWeightsFile(source);
    } catch (IOException e) {
      throw KerasFile.damaged(source.name(), e);
    }
  }

  /** Whether a file is HDF5 with the weights of a Keras model, and without the model itself. */
  static boolean isMeant(ImportSource source) {
    try (Hdf5File hdf5 = new Hdf5File(source.local())) {
      return hdf5.attribute("model_config").isEmpty() && isMeant(hdf5);
    } catch (IOException e) {
      return false;
    }
  }

  /** The same of a file without the model. */
  static boolean isMeant(Hdf5File hdf5) throws IOException {
    List<String> members = hdf5.members();
    return isThird(members)
        || members.contains("top_level_model_weights")
        || hdf5.attribute("backend").isPresent();
  }

  private static boolean isThird(List<String> members) {
    return members.contains("layers") || members.contains("_layer_checkpoint_dependencies");
  }

  private void third() {
    KerasVariables variables = new KerasVariables(paths);
    Set<String> known = new HashSet<>();
    NUMBERED.forEach(
        (kind, parameters) -> {
          for (String group : variables.groups(kind)) {
            known.add(group);
            groups.add(new Group(group, named(variables.variables(group), parameters)));
          }
        });
    for (String group : variables.groups()) {
      if (!known.contains(group)) {
        groups.add(new Group(group, named(variables.variables(group), List.of())));
      }
    }
  }

  private static Map<String, String> named(
      List<KerasVariables.Variable> variables, List<String> parameters) {
    Map<String, String> arrays = new TreeMap<>();
    for (KerasVariables.Variable variable : variables) {
      boolean own = variable.place().isEmpty() && variable.index() < parameters.size();
      arrays.put(own ? parameters.get(variable.index()) : variable.path(), variable.path());
    }
    return arrays;
  }

  private void second() throws IOException {
    Map<String, Map<String, String>> layers = new LinkedHashMap<>();
    for (String layer : hdf5.texts("layer_names")) {
      layers.put(layer, new TreeMap<>());
    }
    for (String path : paths) {
      String layer = layer(path, layers.keySet());
      // TensorFlow numbers its arrays.
      String array = path.substring(path.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
      layers
          .computeIfAbsent(layer, any -> new TreeMap<>())
          .put(NAMED.getOrDefault(array, path), path);
    }
    layers.forEach(
        (layer, arrays) -> {
          if (!arrays.isEmpty()) {
            groups.add(new Group(layer, arrays));
          }
        });
  }

  /** Layers may have slashes in their names. */
  private static String layer(String path, Collection<String> layers) {
    return layers.stream()
        .filter(layer -> path.startsWith(layer + "/"))
        .max((a, b) -> Integer.compare(a.length(), b.length()))
        .orElse(path.contains("/") ? path.substring(0, path.indexOf('/')) : path);
  }

  /**
   * Finds the arrays of layers that {@code import.arrays} does not name: by the layers' names where
   * all of a kind have groups of their names, else by their order.
   *
   * @param layers bottom to top
   * @return LAYER/PARAMETER → path
   * @throws StrataException (data) where the file has another number of layers of a kind, or layers
   *     of another kind
   */
  Map<String, String> find(List<StateNames.Wanted> layers) {
    Set<String> mapped = new HashSet<>();
    layers.forEach(layer -> mapped.addAll(layer.mapped().values()));
    List<Group> open =
        new ArrayList<>(
            groups.stream()
                .filter(group -> group.arrays().values().stream().noneMatch(mapped::contains))
                .toList());
    Map<String, String> found = new TreeMap<>();
    for (boolean norm : new boolean[] {false, true}) {
      List<StateNames.Wanted> own =
          layers.stream()
              .filter(layer -> layer.mapped().isEmpty())
              .filter(layer -> layer.parameters().containsKey(GAMMA) == norm)
              .toList();
      if (!own.isEmpty()) {
        match(own, open, found);
      }
    }
    if (!open.isEmpty() && mapped.isEmpty()) {
      throw refused(
          "the file has weights that no layer of network.layers uses",
          "group " + open.get(0).name() + " with " + open.get(0).arrays().values(),
          "layers for all of them; or import.arrays to choose some");
    }
    return found;
  }

  private void match(List<StateNames.Wanted> layers, List<Group> open, Map<String, String> found) {
    List<Group> own = open.stream().filter(group -> group.suits(layers.get(0))).toList();
    boolean named =
        layers.stream()
            .allMatch(layer -> own.stream().anyMatch(group -> group.name().equals(layer.layer())));
    if (!named && own.size() != layers.size()) {
      throw refused(
          "the weights are those of another number of layers",
          own.size() + " groups" + words(own.stream().map(Group::name).toList()),
          layers.size()
              + ", as network.layers has them"
              + words(layers.stream().map(StateNames.Wanted::layer).toList())
              + "; or import.arrays."
              + layers.get(0).layer()
              + " { weights = \"PATH\", bias = \"PATH\" }");
    }
    IntStream.range(0, layers.size())
        .forEach(
            i -> {
              StateNames.Wanted layer = layers.get(i);
              Group group =
                  own.stream()
                      .filter(any -> named && any.name().equals(layer.layer()))
                      .findFirst()
                      .orElseGet(() -> own.get(i));
              layer
                  .parameters()
                  .keySet()
                  .forEach(
                      parameter ->
                          found.put(
                              layer.layer() + "/" + parameter,
                              group
                                  .arrays()
                                  .getOrDefault(parameter, group.name() + "/" + parameter)));
              open.remove(group);
            });
  }

  private static String words(List<String> names) {
    return names.isEmpty() ? "" : " (" + String.join(", ", names) + ")";
  }

  /**
   * Reads some arrays; paths that are not there are left out.
   *
   * @throws StrataException (data) where one is damaged or holds no floating-point numbers
   */
  WeightArrays read(Set<String> wanted) {
    Map<String, NumpyArray> arrays = new TreeMap<>();
    try {
      for (String path : wanted) {
        if (paths.contains(path)) {
          Hdf5File.Values values = hdf5.read(path);
          List<Integer> shape = new ArrayList<>();
          for (long size : values.shape()) {
            shape.add(Math.toIntExact(size));
          }
          arrays.put(path, new NumpyArray(List.copyOf(shape), values.values(), null));
        }
      }
    } catch (IOException e) {
      throw KerasFile.damaged(name, e);
    }
    return WeightArrays.of(paths, arrays);
  }

  private StrataException refused(String what, String found, String expected) {
    return StrataException.data(what).key(KEY).file(name).found(found).expected(expected).build();
  }

  @Override
  public void close() {
    hdf5.close();
  }
}
