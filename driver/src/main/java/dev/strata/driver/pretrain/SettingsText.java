package dev.strata.driver.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.json.Json;
import java.util.Map;
import java.util.TreeMap;

/** Settings as key → text, for a model's provenance. */
final class SettingsText {
  private SettingsText() {}

  /** Keys are the records' components, joined by dots; what is not set is left out. */
  static Map<String, String> of(Object settings) {
    Map<String, String> flat = new TreeMap<>();
    collect("", Json.mapper().valueToTree(settings), flat);
    return flat;
  }

  private static void collect(String key, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  collect(
                      key.isEmpty() ? field.getKey() : key + "." + field.getKey(),
                      field.getValue(),
                      flat));
    } else if (!node.isNull() && !node.isMissingNode()) {
      flat.put(key, node.isValueNode() ? node.asText() : node.toString());
    }
  }
}
