package dev.strata.driver.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes all hidden dense layers of {@code network.layers} at once. A block is a dense layer and
 * what follows it up to the next dense layer or the output, such as batch normalization.
 *
 * <ul>
 *   <li>count: number of blocks; the last one is repeated, or those beyond are left out
 *   <li>units: of each dense layer, and of those within the residual blocks behind it that have as
 *       many
 *   <li>activation: of each dense layer, and of those within residual blocks that are not linear
 *   <li>dropout: rate of a dropout layer behind each dense layer, in place of one of any kind that
 *       stands there, whose kind it has, and of the next dense layer's own; none where it is 0
 * </ul>
 */
final class HiddenLayers {
  /** What can be changed. */
  static final List<String> NAMES = List.of("activation", "count", "dropout", "units");

  private static final String TYPE = "type";
  private static final Set<String> DROPOUTS =
      Set.of("dropout", "gaussian-dropout", "alpha-dropout");

  private final List<ConfigObject> below = new ArrayList<>();
  private final List<List<ConfigObject>> blocks = new ArrayList<>();
  private final List<ConfigObject> above = new ArrayList<>();

  private HiddenLayers(ConfigList layers) {
    for (ConfigValue value : layers) {
      if (!(value instanceof ConfigObject layer)) {
        throw problem("an element that is no section { … }");
      }
      if (is(layer, "dense")) {
        blocks.add(new ArrayList<>());
      }
      if (is(layer, "output")) {
        above.add(layer);
      } else if (blocks.isEmpty()) {
        below.add(layer);
      } else {
        blocks.get(blocks.size() - 1).add(layer);
      }
    }
  }

  private static StrataException problem(String found) {
    return StrataException.configuration("tune changes hidden dense layers of this network")
        .key("network.layers")
        .found(found)
        .expected("a list with at least one layer of type dense below the output")
        .build();
  }

  private static boolean is(ConfigObject layer, String type) {
    return has(layer, TYPE, type);
  }

  /**
   * @param changes name → value
   * @throws StrataException (configuration) where there is no dense layer
   */
  static ConfigList changed(ConfigList layers, Map<String, String> changes) {
    HiddenLayers hidden = new HiddenLayers(layers);
    if (hidden.blocks.isEmpty()) {
      throw problem("no dense layer");
    }
    if (changes.containsKey("count")) {
      hidden.count(Integer.parseInt(changes.get("count")));
    }
    List<ConfigObject> all = new ArrayList<>(hidden.below);
    for (int i = 0; i < hidden.blocks.size(); i++) {
      all.addAll(block(hidden.blocks.get(i), changes, i == 0));
    }
    all.addAll(hidden.above);
    return ConfigValueFactory.fromIterable(all);
  }

  private void count(int count) {
    while (blocks.size() > count) {
      blocks.remove(blocks.size() - 1);
    }
    List<ConfigObject> last =
        blocks.get(blocks.size() - 1).stream()
            .map(layer -> (ConfigObject) layer.withoutKey("name"))
            .toList();
    blocks.addAll(Collections.nCopies(count - blocks.size(), last));
  }

  /**
   * @param lowest whether the dense layer's inputs are the network's, not a hidden layer's outputs
   */
  private static List<ConfigObject> block(
      List<ConfigObject> block, Map<String, String> changes, boolean lowest) {
    List<ConfigObject> layers = new ArrayList<>(block);
    ConfigObject dense = layers.get(0);
    if (changes.containsKey("units")) {
      dense = dense.withValue("units", value(Integer.valueOf(changes.get("units"))));
    }
    if (changes.containsKey("activation")) {
      dense = dense.withValue("activation", value(changes.get("activation")));
    }
    if (changes.containsKey("dropout") && !lowest) {
      dense = dense.withoutKey("dropout");
    }
    Object units = layers.get(0).containsKey("units") ? layers.get(0).get("units").unwrapped() : "";
    layers.set(0, dense);
    layers.replaceAll(layer -> is(layer, "residual") ? residual(layer, units, changes) : layer);
    if (changes.containsKey("dropout")) {
      String type =
          layers.stream()
              .map(layer -> String.valueOf(layer.get(TYPE).unwrapped()))
              .filter(DROPOUTS::contains)
              .findFirst()
              .orElse("dropout");
      layers.removeIf(layer -> is(layer, type));
      double rate = Double.parseDouble(changes.get("dropout"));
      if (rate > 0) {
        layers.add(ConfigValueFactory.fromMap(Map.of(TYPE, type, "rate", rate)));
      }
    }
    return layers;
  }

  /**
   * @param units of the dense layer below, before the change
   */
  private static ConfigObject residual(
      ConfigObject block, Object units, Map<String, String> changes) {
    if (!(block.get("layers") instanceof ConfigList layers)) {
      return block;
    }
    List<ConfigValue> changed = new ArrayList<>();
    for (ConfigValue value : layers) {
      ConfigValue own = value;
      if (value instanceof ConfigObject layer && is(layer, "dense")) {
        ConfigObject dense = layer;
        if (changes.containsKey("units") && has(layer, "units", units)) {
          dense = dense.withValue("units", value(Integer.valueOf(changes.get("units"))));
        }
        if (changes.containsKey("activation") && !has(layer, "activation", "identity")) {
          dense = dense.withValue("activation", value(changes.get("activation")));
        }
        own = dense;
      }
      changed.add(own);
    }
    return block.withValue("layers", ConfigValueFactory.fromIterable(changed));
  }

  private static boolean has(ConfigObject layer, String key, Object value) {
    return layer.containsKey(key) && layer.get(key).unwrapped().equals(value);
  }

  private static ConfigValue value(Object value) {
    return ConfigValueFactory.fromAnyRef(value);
  }
}
