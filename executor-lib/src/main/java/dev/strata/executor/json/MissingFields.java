package dev.strata.executor.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Which lists and maps a JSON object lacks that a record copies, and so cannot be made of it. */
final class MissingFields {
  private MissingFields() {}

  /** What to say of a record that threw a NullPointerException; empty for other failures. */
  static Optional<String> of(JsonProcessingException thrown, String text) {
    if (!(thrown instanceof ValueInstantiationException made)
        || !(made.getCause() instanceof NullPointerException)) {
      return Optional.empty();
    }
    Class<?> type = made.getType().getRawClass();
    JsonNode object = object(made, text);
    List<String> holed = copied(type, object, MissingFields::hasNull);
    if (!holed.isEmpty()) {
      return Optional.of("null among the values of " + String.join(", ", holed));
    }
    List<String> missing = copied(type, object, value -> value.isMissingNode() || value.isNull());
    return Optional.of(
        "missing or null: "
            + (missing.isEmpty() ? "a required field" : String.join(", ", missing)));
  }

  /** Names of the lists and maps that a record copies, and that may not be left out. */
  private static List<String> copied(Class<?> type, JsonNode object, Predicate<JsonNode> which) {
    List<String> names = new ArrayList<>();
    if (type.isRecord()) {
      for (RecordComponent field : type.getRecordComponents()) {
        boolean copied =
            Collection.class.isAssignableFrom(field.getType())
                || Map.class.isAssignableFrom(field.getType());
        boolean optional = field.getAccessor().isAnnotationPresent(JsonInclude.class);
        if (copied && !optional && which.test(object.path(field.getName()))) {
          names.add(field.getName());
        }
      }
    }
    return names;
  }

  private static boolean hasNull(JsonNode values) {
    for (JsonNode value : values) {
      if (value.isNull()) {
        return true;
      }
    }
    return false;
  }

  /** The object at the place of the failure. */
  private static JsonNode object(ValueInstantiationException thrown, String text) {
    JsonNode node;
    try {
      node = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      return Json.mapper().createObjectNode();
    }
    for (JsonMappingException.Reference step : thrown.getPath()) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    return node;
  }
}
