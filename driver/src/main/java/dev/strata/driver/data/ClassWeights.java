package dev.strata.driver.data;

import java.util.Map;
import java.util.TreeMap;

/**
 * The key {@code data.class-weights}.
 *
 * @param balanced rows / (classes × rows of the class), over training rows
 * @param factors class → factor of its rows' loss; 1 for those not named
 */
public record ClassWeights(boolean balanced, Map<String, Double> factors) {
  public static final ClassWeights NONE = new ClassWeights(false, Map.of());

  public ClassWeights {
    factors = new TreeMap<>(factors);
  }
}
