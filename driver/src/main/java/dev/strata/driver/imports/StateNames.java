package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the tensors of a network's layers among the names of a PyTorch state. A layer takes {@code
 * LAYER/PARAMETER}, else {@code LAYER.weight}, {@code LAYER.bias}, {@code LAYER.running_mean} and
 * {@code LAYER.running_var}. The other layers are matched with modules (tensors of one prefix):
 *
 * <ul>
 *   <li>in the order of their numbers, where the modules are as many as the layers, differ in one
 *       number only ({@code net.0}, {@code net.3}) and all shapes fit;
 *   <li>else by shape, where each layer fits one module, no two layers fit the same, and no module
 *       is left.
 * </ul>
 *
 * Anything else is ambiguous: {@code import.arrays} has to name the tensors.
 */
final class StateNames {
  private static final String KEY = "import.arrays";
  private static final Pattern LAST_DOT = Pattern.compile("(?:(.*)\\.)?([^.]+)", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** Of PyTorch's batch normalisation; its outputs do not depend on it. */
  private static final String COUNTER = "num_batches_tracked";

  private static final Map<String, String> SUFFIXES =
      new TreeMap<>(
          Map.of(
              "weights",
              "weight",
              "bias",
              "bias",
              "gamma",
              "weight",
              "beta",
              "bias",
              "mean",
              "running_mean",
              "variance",
              "running_var"));

  private final String file;
  private final Map<String, List<Integer>> shapes;

  /**
   * @param shapes of all tensors, by their names
   */
  StateNames(String file, Map<String, List<Integer>> shapes) {
    this.file = file;
    this.shapes = shapes;
  }

  /**
   * What a layer needs.
   *
   * @param parameters parameter → shape of its tensor
   * @param mapped parameter → tensor that {@code import.arrays} names
   */
  record Wanted(String layer, Map<String, List<Integer>> parameters, Map<String, String> mapped) {}

  /**
   * @param layers bottom to top
   * @return LAYER/PARAMETER → tensor
   * @throws StrataException (data) where several tensors may be meant, or none is
   */
  Map<String, String> find(List<Wanted> layers) {
    Map<String, String> found = new TreeMap<>();
    Set<String> used = new HashSet<>();
    List<Wanted> open = new ArrayList<>();
    for (Wanted layer : layers) {
      used.addAll(layer.mapped().values());
      boolean named = false;
      for (String parameter : layer.parameters().keySet()) {
        String own = layer.layer() + "/" + parameter;
        String torch = layer.layer() + "." + SUFFIXES.get(parameter);
        String name = shapes.containsKey(own) ? own : torch;
        if (!layer.mapped().containsKey(parameter) && shapes.containsKey(name)) {
          found.put(own, name);
          used.add(name);
          named = true;
        }
      }
      if (!named && layer.mapped().isEmpty()) {
        open.add(layer);
      }
    }
    if (!open.isEmpty()) {
      Map<String, Map<String, String>> modules = modules(used);
      Set<String> left = new TreeSet<>(modules.keySet());
      left.removeAll(match(open, modules, found));
      boolean chosen = layers.stream().anyMatch(layer -> !layer.mapped().isEmpty());
      if (!left.isEmpty() && !chosen) {
        throw refused(
            "the file has modules that no layer of network.layers uses",
            open.get(0).layer(),
            String.join(", ", left));
      }
    }
    return found;
  }

  /** Prefix → suffix → tensor. */
  private Map<String, Map<String, String>> modules(Set<String> used) {
    Map<String, Map<String, String>> modules = new TreeMap<>();
    for (String name : shapes.keySet()) {
      Matcher parts = LAST_DOT.matcher(name);
      if (!used.contains(name) && parts.matches() && !parts.group(2).equals(COUNTER)) {
        String prefix = parts.group(1) == null ? "" : parts.group(1);
        modules.computeIfAbsent(prefix, any -> new TreeMap<>()).put(parts.group(2), name);
      }
    }
    return modules;
  }

  /**
   * @return the modules that the layers take
   */
  private Set<String> match(
      List<Wanted> layers, Map<String, Map<String, String>> modules, Map<String, String> found) {
    List<String> numbered = numbered(modules.keySet());
    boolean inOrder = numbered.size() == layers.size();
    for (int i = 0; inOrder && i < layers.size(); i++) {
      inOrder = fits(layers.get(i), modules.get(numbered.get(i)));
    }
    Map<String, String> takenBy = new TreeMap<>();
    for (int i = 0; i < layers.size(); i++) {
      Wanted layer = layers.get(i);
      String module = inOrder ? numbered.get(i) : byShape(layer, modules);
      String other = takenBy.put(module, layer.layer());
      if (other != null) {
        throw refused(
            "one module fits several layers",
            layer.layer(),
            module + " fits " + other + " and " + layer.layer());
      }
      layer
          .parameters()
          .keySet()
          .forEach(
              parameter ->
                  found.put(
                      layer.layer() + "/" + parameter,
                      modules.get(module).get(SUFFIXES.get(parameter))));
    }
    return takenBy.keySet();
  }

  private String byShape(Wanted layer, Map<String, Map<String, String>> modules) {
    List<String> fitting =
        modules.keySet().stream().filter(name -> fits(layer, modules.get(name))).toList();
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw refused(
        fitting.isEmpty() ? "no tensors fit a layer" : "several modules fit a layer",
        layer.layer(),
        fitting.isEmpty()
            ? "no module with " + words(layer) + " among " + shapes
            : String.join(", ", fitting));
  }

  private boolean fits(Wanted layer, Map<String, String> module) {
    return module.size() == layer.parameters().size()
        && layer.parameters().entrySet().stream()
            .allMatch(
                parameter -> {
                  String tensor = module.get(SUFFIXES.get(parameter.getKey()));
                  return tensor != null && shapes.get(tensor).equals(parameter.getValue());
                });
  }

  /** In the order of the one number in which they differ; empty where they differ otherwise. */
  private static List<String> numbered(Collection<String> names) {
    List<String> list = List.copyOf(names);
    int parts = numbers(list.get(0)).size();
    for (int part = 0; part < parts; part++) {
      int which = part;
      Set<String> patterns = new HashSet<>();
      list.forEach(name -> patterns.add(without(name, which)));
      if (patterns.size() == 1) {
        return list.stream()
            .sorted(
                Comparator.comparing((String name) -> numbers(name).get(which))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
      }
    }
    return List.of();
  }

  private static List<BigInteger> numbers(String name) {
    return NUMBER.matcher(name).results().map(r -> new BigInteger(r.group())).toList();
  }

  /** The name with one of its numbers left open. */
  private static String without(String name, int which) {
    Matcher numbers = NUMBER.matcher(name);
    for (int i = 0; numbers.find(); i++) {
      if (i == which) {
        return name.substring(0, numbers.start()) + "\0" + name.substring(numbers.end());
      }
    }
    return name;
  }

  private static String words(Wanted layer) {
    List<String> words = new ArrayList<>();
    layer.parameters().forEach((name, shape) -> words.add(SUFFIXES.get(name) + " " + shape));
    return String.join(", ", words);
  }

  private StrataException refused(String what, String layer, String found) {
    return StrataException.data(what)
        .key(KEY + "." + layer)
        .file(file)
        .found(found)
        .expected(
            "the names of the tensors: import.arrays."
                + layer
                + " { weights = \"…\", bias = \"…\" }")
        .build();
  }
}
