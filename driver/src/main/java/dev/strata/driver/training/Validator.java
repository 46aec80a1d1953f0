package dev.strata.driver.training;

import dev.strata.executor.round.StateVector;
import java.util.Map;

/** Measures parameters on rows that are held back from training. */
@FunctionalInterface
public interface Validator {
  /**
   * @return metric → value, {@code loss} among them; a function of the parameters alone
   */
  Map<String, Double> validate(StateVector parameters);
}
