package dev.strata.driver.features;

import java.util.List;

/**
 * What is extracted; the keys under {@code extract}.
 *
 * @param layers names or indices, bottom to top; {@code output} for the last one
 * @param batchSize rows computed at once
 * @param writeMode what to do where the features' folder exists
 */
public record ExtractSettings(List<String> layers, int batchSize, WriteMode writeMode) {
  public ExtractSettings {
    layers = List.copyOf(layers);
  }

  /** What to do where the output exists. */
  public enum WriteMode {
    ERROR,
    OVERWRITE
  }
}
