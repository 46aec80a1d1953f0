package dev.strata.driver.damage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Changes of one field of a JSON file. Null where one is impossible. */
final class JsonMutations {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> WHOLE =
      List.of(
          "null", "[]", "{}", "\"x\"", "", " ", "[".repeat(100_000), "{\"a\":".repeat(5000), "7");

  private final Random random;

  JsonMutations(Random random) {
    this.random = random;
  }

  static byte[] pretty(JsonNode node) throws JsonProcessingException {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
  }

  /**
   * A field replaced.
   *
   * @param pointer of the field (RFC 6901)
   * @param value JSON
   * @return null where there is no such field
   */
  static byte[] with(byte[] bytes, String pointer, String value) throws IOException {
    JsonNode tree = MAPPER.readTree(bytes);
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = tree.at(pointer.substring(0, slash));
    String key = pointer.substring(slash + 1);
    JsonNode now = MAPPER.readTree(value);
    if (parent instanceof ObjectNode object && object.has(key)) {
      object.set(key, now);
    } else if (parent instanceof ArrayNode array && Integer.parseInt(key) < array.size()) {
      array.set(Integer.parseInt(key), now);
    } else {
      return null;
    }
    return pretty(tree);
  }

  Mutation any(String file, byte[] bytes) throws IOException {
    JsonNode tree = MAPPER.readTree(bytes);
    if (random.nextInt(16) == 0) {
      String root = WHOLE.get(random.nextInt(WHOLE.size()));
      return Mutation.of(
          "json: whole",
          file + " = " + shortened(root),
          file,
          root.getBytes(StandardCharsets.UTF_8));
    }
    JsonNode parent = null;
    Object key = null;
    JsonNode node = tree;
    StringBuilder path = new StringBuilder();
    while (node.isContainerNode()
        && node.size() > 0
        && (parent == null || random.nextInt(8) != 0)) {
      parent = node;
      if (node.isObject()) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        key = names.get(random.nextInt(names.size()));
        node = node.get((String) key);
      } else {
        key = random.nextInt(node.size());
        node = node.get((int) key);
      }
      path.append('/').append(key);
    }
    if (parent == null) {
      return null;
    }
    int choice = random.nextInt(10);
    String what;
    String kind;
    if (choice < 2 && parent.isObject()) {
      kind = "json: key";
      what = key((ObjectNode) parent, (String) key, node);
    } else if ((node.isArray() && choice < 8) || (parent.isArray() && choice < 3)) {
      kind = "json: array";
      what = array((ArrayNode) (node.isArray() ? node : parent));
    } else {
      kind = node.isNumber() ? "json: number" : "json: value";
      JsonNode now = value(node);
      what = "= " + shortened(now.toString());
      if (parent.isObject()) {
        ((ObjectNode) parent).set((String) key, now);
      } else {
        ((ArrayNode) parent).set((int) key, now);
      }
    }
    return what == null ? null : Mutation.of(kind, file + path + " " + what, file, pretty(tree));
  }

  private String key(ObjectNode parent, String key, JsonNode node) {
    parent.remove(key);
    if (random.nextBoolean()) {
      return "removed";
    }
    parent.set(key + "x", node);
    return "renamed";
  }

  private String array(ArrayNode array) {
    switch (random.nextInt(5)) {
      case 0:
        array.removeAll();
        return "emptied";
      case 1:
        array.addNull();
        return "null added";
      case 2:
        if (array.isEmpty()) {
          return null;
        }
        array.add(array.get(random.nextInt(array.size())).deepCopy());
        return "element repeated";
      case 3:
        if (array.isEmpty()) {
          return null;
        }
        array.remove(random.nextInt(array.size()));
        return "element removed";
      default:
        if (array.size() < 2) {
          return null;
        }
        array.add(array.remove(0));
        return "rotated";
    }
  }

  private JsonNode value(JsonNode node) {
    List<JsonNode> values =
        node.isNumber()
            ? List.of(
                NODES.numberNode(-1),
                NODES.numberNode(0),
                NODES.numberNode(1),
                NODES.numberNode(Integer.MAX_VALUE),
                NODES.numberNode(Integer.MIN_VALUE),
                NODES.numberNode(1L << 31),
                NODES.numberNode(Long.MAX_VALUE),
                NODES.numberNode(Long.MIN_VALUE),
                NODES.numberNode(1e308),
                NODES.numberNode(0.5),
                NODES.textNode("NaN"),
                NODES.nullNode(),
                NODES.textNode("x"),
                NODES.booleanNode(true),
                NODES.arrayNode(),
                NODES.objectNode(),
                NODES.numberNode(node.asLong() + 1),
                NODES.numberNode(node.asLong() * 1000),
                NODES.numberNode(node.asLong() - 1),
                NODES.numberNode(1_000_000))
            : List.of(
                NODES.textNode(""),
                NODES.nullNode(),
                NODES.textNode("x"),
                NODES.textNode("../../../etc/passwd"),
                NODES.textNode("/etc/passwd"),
                NODES.textNode("hdfs://nowhere:1/x"),
                NODES.textNode("a:b"),
                NODES.textNode("y".repeat(1_000_000)),
                NODES.textNode("\u0000"),
                NODES.numberNode(7),
                NODES.booleanNode(false),
                NODES.arrayNode(),
                NODES.objectNode(),
                NODES.textNode("java.lang.Runtime"),
                NODES.textNode(node.asText() + "x"),
                NODES.textNode(node.asText().toUpperCase(Locale.ROOT)));
    return values.get(random.nextInt(values.size()));
  }

  private static String shortened(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
