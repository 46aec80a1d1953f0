package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Names of classes in the configuration, in the canonical form that labels are read in ({@link
 * PlainText}): {@code 1.0} is {@code 1}, {@code True} is {@code true}.
 */
public final class LabelNames {
  private LabelNames() {}

  /**
   * Label found → label used.
   *
   * @throws StrataException (configuration) where two texts found are the same value
   */
  public static Map<String, String> mapping(DataSettings settings) {
    return canonical(settings.labelMapping(), PlainText::category, "data.label-mapping");
  }

  /**
   * The configured classes in their order; empty where none are.
   *
   * @throws StrataException (configuration) where two of them are the same value
   */
  public static List<String> classes(DataSettings settings) {
    List<String> classes = PlainText.categories(settings.labelClasses());
    if (new HashSet<>(classes).size() < classes.size()) {
      throw StrataException.configuration("a class is listed twice")
          .key("data.label-classes")
          .found(String.join(", ", settings.labelClasses()))
          .expected("each class once")
          .build();
    }
    return classes;
  }

  /**
   * Class → weight.
   *
   * @throws StrataException (configuration) where two names are the same class
   */
  public static Map<String, Double> weights(DataSettings settings) {
    return canonical(settings.classWeights().factors(), Function.identity(), "data.class-weights");
  }

  private static <T> Map<String, T> canonical(
      Map<String, T> named, Function<T, T> value, String key) {
    Map<String, T> canonical = new TreeMap<>();
    named.forEach(
        (name, given) -> {
          if (canonical.put(PlainText.category(name), value.apply(given)) != null) {
            throw StrataException.configuration("a class is listed twice")
                .key(key)
                .found(String.join(", ", named.keySet()))
                .expected("each class once; " + name + " is listed in another spelling")
                .build();
          }
        });
    return canonical;
  }
}
