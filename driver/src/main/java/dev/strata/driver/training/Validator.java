package dev.strata.driver.training;

import dev.strata.executor.round.StateVector;
import java.util.Map;

/** Evaluates parameters on held-out rows. */
@FunctionalInterface
public interface Validator {
  /**
   * @return metric → value, {@code loss} among them; a function of the parameters alone
   */
  Map<String, Double> validate(StateVector parameters);
}
