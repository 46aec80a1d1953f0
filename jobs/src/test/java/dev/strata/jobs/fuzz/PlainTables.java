package dev.strata.jobs.fuzz;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Readers of tables that share no code with Strata or Spark. They answer only where there is one
 * way to read a file.
 */
final class PlainTables {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private PlainTables() {}

  /**
   * A CSV as RFC 4180 has it.
   *
   * @return rows with header; empty where quotes or backslashes leave more than one reading
   */
  static Optional<List<List<String>>> csv(String text, char delimiter) {
    if (text.indexOf('\\') >= 0 || text.indexOf('\u0000') >= 0) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    for (String line : text.split("\r\n|\n|\r", -1)) {
      if (line.isBlank()) {
        continue;
      }
      List<String> fields = new ArrayList<>();
      int at = 0;
      while (at <= line.length()) {
        if (at < line.length() && line.charAt(at) == '"') {
          int end = line.indexOf('"', at + 1);
          boolean closed =
              end > at && (end + 1 == line.length() || line.charAt(end + 1) == delimiter);
          if (!closed) {
            return Optional.empty();
          }
          fields.add(line.substring(at + 1, end));
          at = end + 2;
          continue;
        }
        int end = line.indexOf(delimiter, at);
        String field = line.substring(at, end < 0 ? line.length() : end);
        if (field.indexOf('"') >= 0) {
          return Optional.empty();
        }
        fields.add(field);
        at = end < 0 ? line.length() + 1 : end + 1;
      }
      rows.add(fields);
    }
    return Optional.of(rows);
  }

  /** Columns of numbers of a table with a header; empty where it has no such columns. */
  static Optional<List<List<Float>>> numbers(List<List<String>> table, String... columns) {
    if (table.isEmpty()) {
      return Optional.empty();
    }
    List<String> header = table.get(0).stream().map(h -> h.replace("\uFEFF", "")).toList();
    List<List<Float>> rows = new ArrayList<>();
    for (List<String> row : table.subList(1, table.size())) {
      List<Float> values = new ArrayList<>();
      for (String column : columns) {
        int at = header.indexOf(column);
        if (at < 0 || at != header.lastIndexOf(column) || at >= row.size()) {
          return Optional.empty();
        }
        values.add(number(row.get(at)));
      }
      rows.add(values);
    }
    return Optional.of(ShardRows.sorted(rows));
  }

  /** NaN where it is none, so that a row with it equals no prepared one. */
  private static float number(String text) {
    String plain = text.strip();
    if (plain.equalsIgnoreCase("true") || plain.equalsIgnoreCase("false")) {
      return plain.equalsIgnoreCase("true") ? 1 : 0;
    }
    try {
      return (float) Double.parseDouble(new BigDecimal(plain).toString());
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  /** A JSON object a line; empty where a line is something else. */
  static Optional<List<List<Float>>> json(String text, String... columns) {
    List<List<Float>> rows = new ArrayList<>();
    for (String line : text.split("\r\n|\n|\r", -1)) {
      if (line.isBlank()) {
        continue;
      }
      Map.Entry<Boolean, List<Float>> row = jsonRow(line, columns);
      if (!row.getKey()) {
        return Optional.empty();
      }
      rows.add(row.getValue());
    }
    return Optional.of(ShardRows.sorted(rows));
  }

  private static Map.Entry<Boolean, List<Float>> jsonRow(String line, String... columns) {
    List<Float> values = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(line)) {
      JsonNode node = JSON.readTree(parser);
      if (node == null || !node.isObject() || parser.nextToken() != null) {
        return Map.entry(false, values);
      }
      for (String column : columns) {
        JsonNode value = node.get(column);
        values.add(value == null || value.isContainerNode() ? Float.NaN : number(value.asText()));
      }
      Iterator<JsonNode> all = node.elements();
      boolean plain = true;
      while (all.hasNext()) {
        plain &= !all.next().isContainerNode();
      }
      return Map.entry(plain, values);
    } catch (IOException e) {
      return Map.entry(false, values);
    }
  }

  /** Lines of label and index:value pairs, dense; empty where a line is something else. */
  static Optional<List<List<Float>>> libsvm(String text) {
    List<List<Float>> sparse = new ArrayList<>();
    int width = 0;
    for (String line : text.split("\r\n|\n|\r", -1)) {
      String plain = line.strip();
      if (plain.isEmpty() || plain.startsWith("#")) {
        continue;
      }
      List<Float> row = new ArrayList<>();
      String[] words = plain.split("#")[0].strip().split("\\s+");
      for (int i = 1; i < words.length; i++) {
        String[] pair = words[i].split(":", -1);
        if (pair.length != 2 || !pair[0].matches("[1-9][0-9]{0,5}")) {
          return Optional.empty();
        }
        int index = Integer.parseInt(pair[0]);
        while (row.size() < index) {
          row.add(0f);
        }
        row.set(index - 1, number(pair[1]));
        width = Math.max(width, index);
      }
      sparse.add(row);
    }
    for (List<Float> row : sparse) {
      while (row.size() < width) {
        row.add(0f);
      }
    }
    return Optional.of(ShardRows.sorted(sparse));
  }
}
