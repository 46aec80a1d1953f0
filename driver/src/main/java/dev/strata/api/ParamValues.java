package dev.strata.api;

import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.Map;
import org.apache.spark.ml.param.Param;

/** Values of params, and settings beside them, as users set them. */
final class ParamValues {
  /** What only a param or the DataFrame may say: key → the remedy. */
  private static final Map<String, String> OWN =
      Map.of(
          "output.dir", "the param outputDir",
          "model", "the param model",
          "data.label", "the param labelCol",
          "data.label-kind", "StrataClassifier for classes, StrataRegressor for values",
          "data.weight", "the param weightCol",
          "data.path", "the rows of the DataFrame alone",
          "data.table", "the rows of the DataFrame alone",
          "data.sql", "the rows of the DataFrame alone");

  private ParamValues() {}

  /**
   * @return the value
   * @throws StrataException (configuration) where it is null, holds null, or is out of range
   */
  static <T> T require(Param<?> param, T value) {
    boolean isNull =
        value == null || value instanceof Object[] all && Arrays.asList(all).contains(null);
    if (isNull) {
      throw StrataException.configuration("a param has no value")
          .key(param.name())
          .found("null")
          .expected(param.doc())
          .build();
    }
    if (!isValid(param, value)) {
      throw StrataException.configuration("a param has an invalid value")
          .key(param.name())
          .found(value)
          .expected(param.doc())
          .build();
    }
    return value;
  }

  /**
   * @param settings each {@code key=value}
   * @throws StrataException (configuration) where one sets what the stage sets itself
   */
  static void requireOther(String... settings) {
    for (String setting : settings) {
      String key = setting.split("[+]?=", 2)[0].strip();
      if (OWN.containsKey(key)) {
        throw StrataException.configuration("settings cannot set this key of a stage")
            .key("settings")
            .found(setting)
            .expected(OWN.get(key))
            .build();
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static boolean isValid(Param<?> param, Object value) {
    return (Boolean) ((Param<Object>) param).isValid().apply(value);
  }
}
