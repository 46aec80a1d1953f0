package dev.strata.driver.preparation;

import dev.strata.executor.failure.Counted;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which scalings the training rows chose for the columns, in a line for the user. */
final class FoundScalings {
  private FoundScalings() {}

  /**
   * Empty where the settings say it, or no column has numbers.
   *
   * @param asked {@code data.scaling}
   */
  static Optional<String> words(Scaling asked, Preprocessing fitted) {
    Map<Scaling, Integer> columns = new EnumMap<>(Scaling.class);
    for (FeatureColumn feature : fitted.layout().features()) {
      if (feature.numbers() > 0 && feature.time() == null) {
        columns.merge(feature.scaling(0, fitted.scaling()), 1, Integer::sum);
      }
    }
    if (asked != Scaling.AUTO || columns.isEmpty()) {
      return Optional.empty();
    }
    String chosen =
        columns.entrySet().stream()
            .map(entry -> word(entry.getKey()) + " for " + Counted.of(entry.getValue(), "column"))
            .collect(Collectors.joining(", "));
    String reason =
        columns.size() > 1
            ? ""
            : columns.containsKey(Scaling.NONE)
                ? ", because all numbers are in [0, 1]"
                : columns.containsKey(Scaling.DIVIDE_BY)
                    ? ", because all numbers are pixels from 0 to " + (int) fitted.divideBy()
                    : "";
    return Optional.of(
        "Scaling that fits the training rows: " + chosen + reason + ". data.scaling sets another.");
  }

  private static String word(Scaling scaling) {
    return scaling.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
