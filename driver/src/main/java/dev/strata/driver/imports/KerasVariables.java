package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arrays of a {@code model.weights.h5}: {@code layers/GROUP/vars/INDEX}. GROUP is the layer's class
 * in snake case with its number among the layers of that class ({@code dense}, {@code dense_1}),
 * not its name; INDEX is the variable's number in the layer. Cells lie within recurrent layers
 * ({@code layers/lstm/cell/vars/0}), directions within bidirectional ones ({@code
 * layers/bidirectional/forward_layer/cell/vars/0}). Keras 2 calls the outer group {@code
 * _layer_checkpoint_dependencies} and leaves out some numbers (source: {@code saving_lib} of
 * Keras).
 */
final class KerasVariables {
  private static final Pattern PATH =
      Pattern.compile(
          "(?:layers|_layer_checkpoint_dependencies)/([^/]+)/(?:(.+)/)?vars/(\\d{1,6})");

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(?:_(\\d{1,9}))?");

  /** State of training: outputs do not depend on it. */
  private static final Pattern TRAINING =
      Pattern.compile("(?:_?optimizer|[^/]*metrics|[^/]*loss_tracker)/.*");

  /** State of random generators, of layers such as dropout: outputs do not depend on it. */
  private static final Pattern RANDOM = Pattern.compile(".*seed_generator.*");

  private final Map<String, List<Variable>> groups = new TreeMap<>();
  private final List<String> others = new ArrayList<>();

  /**
   * An array.
   *
   * @param place group of it within the layer's; empty where it is the layer's own
   * @param index number within the place
   * @param path in the file
   */
  record Variable(String place, int index, String path) {}

  /**
   * @param paths of all arrays of the file
   */
  KerasVariables(Collection<String> paths) {
    for (String path : paths) {
      // Some versions for Windows write the separator of that system.
      String plain = path.replace('\\', '/');
      Matcher parts = PATH.matcher(plain);
      if (RANDOM.matcher(plain).matches() || TRAINING.matcher(plain).matches()) {
        continue;
      }
      if (parts.matches()) {
        String place = parts.group(2) == null ? "" : parts.group(2);
        groups
            .computeIfAbsent(parts.group(1), group -> new ArrayList<>())
            .add(new Variable(place, Integer.parseInt(parts.group(3)), path));
      } else {
        others.add(path);
      }
    }
  }

  /** Groups of a class in the order of their layers. */
  List<String> groups(String kind) {
    String wanted = snakeCase(kind);
    return groups.keySet().stream()
        .filter(group -> plain(group).equals(wanted))
        .sorted(Comparator.comparingInt(KerasVariables::number))
        .toList();
  }

  /** All groups. */
  Collection<String> groups() {
    return groups.keySet();
  }

  List<Variable> variables(String group) {
    return groups.get(group);
  }

  /**
   * {@code LAYER/…/ARRAY} → path; an array that no layer's settings ask for keeps its number as its
   * name, one of no layer its path.
   *
   * @param file named in errors
   * @throws StrataException (data) where a class has another number of layers than of groups
   */
  Map<String, String> byLayer(Collection<? extends JsonNode> layers, String file) {
    Map<String, List<JsonNode>> kinds = new LinkedHashMap<>();
    for (JsonNode layer : layers) {
      if (!KerasArrays.of(layer).isEmpty()) {
        kinds.computeIfAbsent(KerasLayers.kind(layer), kind -> new ArrayList<>()).add(layer);
      }
    }
    Map<String, String> arrays = new LinkedHashMap<>();
    Map<String, List<Variable>> left = new TreeMap<>(groups);
    kinds.forEach(
        (kind, own) -> {
          List<String> found = groups(kind);
          if (found.size() != own.size()) {
            throw StrataException.data("the weights are those of another number of layers")
                .file(file)
                .found(found.size() + " groups of " + kind + ": " + String.join(", ", found))
                .expected(
                    own.size()
                        + ", of the layers "
                        + String.join(", ", own.stream().map(KerasLayers::name).toList()))
                .build();
          }
          for (int i = 0; i < found.size(); i++) {
            JsonNode layer = own.get(i);
            for (Variable variable : left.remove(found.get(i))) {
              String name = KerasLayers.name(layer) + "/" + name(layer, variable);
              arrays.put(name, variable.path());
            }
          }
        });
    left.values().forEach(own -> own.forEach(v -> arrays.put(v.path(), v.path())));
    others.forEach(path -> arrays.put(path, path));
    return arrays;
  }

  private static String name(JsonNode layer, Variable variable) {
    JsonNode own = layer;
    String place = variable.place();
    String side = "";
    if (KerasLayers.kind(layer).equals(KerasArrays.BIDIRECTIONAL)) {
      own = layer.path("config").path("layer");
      for (String direction : List.of("forward_layer", "backward_layer")) {
        if (place.startsWith(direction)) {
          side = direction + "/";
          place = place.substring(Math.min(place.length(), side.length()));
        }
      }
    }
    List<String> arrays = KerasArrays.of(own);
    boolean known =
        place.equals(KerasArrays.isRecurrent(own) ? "cell" : "")
            && variable.index() < arrays.size();
    return known
        ? side + arrays.get(variable.index())
        : (variable.place() + " variable " + variable.index()).strip().replace('/', '.');
  }

  private static String plain(String group) {
    Matcher parts = NUMBERED.matcher(group);
    return parts.matches() ? parts.group(1) : group;
  }

  private static int number(String group) {
    Matcher parts = NUMBERED.matcher(group);
    return parts.matches() && parts.group(2) != null ? Integer.parseInt(parts.group(2)) : 0;
  }

  /** As Keras makes it of a class's name: {@code BatchNormalization} → batch_normalization. */
  static String snakeCase(String kind) {
    return kind.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
