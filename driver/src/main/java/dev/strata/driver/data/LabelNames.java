package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names of classes in the configuration, in the form that labels are read in ({@code 1.0} is {@code
 * 1}).
 */
final class LabelNames {
  private LabelNames() {}

  static Map<String, String> mapping(DataSettings settings) {
    Map<String, String> mapping = new TreeMap<>();
    settings
        .labelMapping()
        .forEach((found, used) -> mapping.put(PlainText.category(found), PlainText.category(used)));
    return mapping;
  }

  /** The configured classes in their order; empty where none are. */
  static List<String> classes(DataSettings settings) {
    List<String> classes = PlainText.categories(settings.labelClasses());
    if (new HashSet<>(classes).size() < classes.size()) {
      throw StrataException.configuration("a class is named twice")
          .key("data.label-classes")
          .found(String.join(", ", classes))
          .expected("each class once")
          .build();
    }
    return classes;
  }

  static Map<String, Double> weights(DataSettings settings) {
    Map<String, Double> weights = new TreeMap<>();
    settings
        .classWeights()
        .factors()
        .forEach((name, factor) -> weights.put(PlainText.category(name), factor));
    return weights;
  }
}
