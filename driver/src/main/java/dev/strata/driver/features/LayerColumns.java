package dev.strata.driver.features;

import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which layers are asked for, and what their columns are called. */
final class LayerColumns {
  private LayerColumns() {}

  /**
   * One column for each layer asked for, in that order. A layer's column has its name, with an
   * underscore for whatever is no letter, digit or underscore of ASCII; {@code output} stays so,
   * whatever the name of the last layer.
   *
   * @param asked names, indices or {@link LayerActivations#OUTPUT}
   * @param key of what is asked, for errors
   * @param id names that are taken
   * @throws StrataException (configuration) for a layer that the network does not have, and for two
   *     columns of one name; SQL does not tell upper from lower case
   */
  static List<LayerColumn> of(
      NetworkReport network, List<String> asked, String key, List<String> id) {
    if (asked.isEmpty()) {
      throw StrataException.configuration("no layer is set")
          .key(key)
          .found("[]")
          .expected("at least one of " + String.join(", ", names(network)))
          .build();
    }
    Map<String, String> taken = new HashMap<>();
    id.forEach(name -> taken.put(name.toLowerCase(Locale.ROOT), "the column " + name));
    List<LayerColumn> columns = new ArrayList<>();
    for (String layer : asked) {
      int position = position(layer, names(network), key);
      LayerReport found = network.layers().get(position);
      String name =
          columnName(layer.equals(LayerActivations.OUTPUT) ? layer : found.name(), position);
      String other = taken.put(name.toLowerCase(Locale.ROOT), "layer " + layer);
      if (other != null) {
        throw StrataException.configuration("two columns of the features have the same name")
            .key(key)
            .found(name + ", for layer " + layer + " and for " + other)
            .expected("columns of different names; data.id names the id columns")
            .build();
      }
      columns.add(new LayerColumn(name, found.name(), position, found.width()));
    }
    return columns;
  }

  private static int position(String layer, List<String> names, String key) {
    int named = names.indexOf(layer);
    if (named >= 0) {
      return named;
    }
    if (layer.equals(LayerActivations.OUTPUT)) {
      return names.size() - 1;
    }
    if (layer.matches("\\d{1,6}") && Integer.parseInt(layer) < names.size()) {
      return Integer.parseInt(layer);
    }
    String nearest = Nearest.to(layer, names).map(n -> "; did you mean " + n + "?").orElse("");
    throw StrataException.configuration("the network has no layer " + layer + nearest)
        .key(key)
        .found(layer)
        .expected("one of " + String.join(", ", names) + ", or an index below " + names.size())
        .build();
  }

  private static String columnName(String layer, int position) {
    String safe = layer.replaceAll("[^A-Za-z0-9_]", "_");
    if (!safe.matches(".*[A-Za-z0-9].*")) {
      return "layer_" + position;
    }
    return Character.isDigit(safe.charAt(0)) ? "layer_" + safe : safe;
  }

  private static List<String> names(NetworkReport network) {
    return network.layers().stream().map(LayerReport::name).toList();
  }
}
