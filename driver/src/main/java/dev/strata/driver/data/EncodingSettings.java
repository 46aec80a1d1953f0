package dev.strata.driver.data;

import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TimeRule;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the columns of a table become numbers, beyond {@code data.scaling}.
 *
 * @param scalings column or pattern → its scaling: the keys {@code data.column-scaling}
 * @param categories which categories have an element of their own: {@code data.categories}
 * @param time parts of dates and times: {@code data.time}
 */
public record EncodingSettings(
    Map<String, Scaling> scalings, CategoryRule categories, TimeRule time) {
  public EncodingSettings {
    scalings = new TreeMap<>(scalings);
  }

  /** The defaults of the keys. */
  public static EncodingSettings defaults() {
    return new EncodingSettings(Map.of(), CategoryRule.defaults(), TimeRule.defaults());
  }
}
