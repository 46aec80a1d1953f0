package dev.strata.driver.calibration;

import java.util.Locale;
import java.util.Optional;

/**
 * A fitted temperature.
 *
 * @param value T, by which logits are divided
 * @param range where the search for it ended
 */
public record Temperature(double value, Range range) {
  /** Where a search ended. */
  public enum Range {
    /** At a minimum of the loss. */
    INSIDE,
    /** At the lowest temperature: the loss does not rise towards it. */
    LEAST,
    /** At the highest temperature: the loss still falls towards it. */
    MOST
  }

  /** Why the validation rows do not determine the temperature, with a remedy; empty if they do. */
  public Optional<String> warning() {
    return switch (range) {
      case INSIDE -> Optional.empty();
      case LEAST ->
          warning(
              "the log loss does not rise at lower temperatures, as if the model predicted every row"
                  + " correctly");
      case MOST ->
          warning(
              "the log loss still falls at higher temperatures, as if the model's predictions were"
                  + " no better than equal probabilities");
    };
  }

  private Optional<String> warning(String reason) {
    return Optional.of(
        String.format(
            Locale.ROOT,
            "too few validation rows to calibrate by: %s; the calibrated probabilities (temperature"
                + " %.3f) are not reliable; use more validation rows, or training.calibration ="
                + " none",
            reason,
            value));
  }
}
