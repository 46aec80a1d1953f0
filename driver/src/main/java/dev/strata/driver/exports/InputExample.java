package dev.strata.driver.exports;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.onnx.OnnxValue;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.TensorProto.DataType;

/** Rows that an exported ONNX file takes, as JSON of {@code {"inputs": {COLUMN: [[…], …]}}}. */
public final class InputExample {
  private static final int ROWS = 3;

  private InputExample() {}

  /**
   * @param encoded whether the file takes rows that Strata has encoded
   */
  public static String json(ModelBundle bundle, boolean encoded) {
    CheckRows rows =
        encoded
            ? CheckRows.encoded(bundle.preprocessing(), OnnxExport.ENCODED)
            : CheckRows.of(bundle.preprocessing());
    Map<String, Object> inputs = new LinkedHashMap<>();
    rows.columns().forEach((name, value) -> inputs.put(name, rows(value)));
    return Json.line(Map.of("inputs", inputs));
  }

  private static List<List<Object>> rows(OnnxValue value) {
    int width = value.size() / CheckRows.COUNT;
    List<List<Object>> rows = new ArrayList<>();
    // Every second row is a whole one.
    for (int r = 0; r < 2 * ROWS; r += 2) {
      List<Object> row = new ArrayList<>();
      for (int i = r * width; i < (r + 1) * width; i++) {
        if (value.texts() != null) {
          row.add(value.texts()[i]);
        } else if (value.type() == DataType.INT64) {
          row.add((long) value.numbers()[i]);
        } else {
          row.add(value.numbers()[i]);
        }
      }
      rows.add(row);
    }
    return rows;
  }
}
