package dev.strata.api;

import java.lang.reflect.Array;
import java.util.StringJoiner;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Params in words. Spark's own text names an array by its address in memory. */
final class ParamText {
  private ParamText() {}

  /**
   * As {@link Params#explainParam}, with the elements of arrays: {@code name: doc (default: …)}.
   */
  static String explain(Params params, Param<?> param) {
    StringJoiner values = new StringJoiner(", ", "(", ")").setEmptyValue("(undefined)");
    if (params.hasDefault(param)) {
      values.add("default: " + text(params.getDefault(param).get()));
    }
    if (params.isSet(param)) {
      values.add("current: " + text(params.get(param).get()));
    }
    return param.name() + ": " + param.doc() + " " + values;
  }

  private static String text(Object value) {
    if (value == null || !value.getClass().isArray()) {
      return String.valueOf(value);
    }
    StringJoiner elements = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < Array.getLength(value); i++) {
      elements.add(text(Array.get(value, i)));
    }
    return elements.toString();
  }
}
