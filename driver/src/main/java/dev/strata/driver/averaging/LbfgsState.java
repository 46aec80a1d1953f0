package dev.strata.driver.averaging;

import dev.strata.executor.round.StateVector;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * What {@link Lbfgs} knows between two evaluations, beside the best point found and its gradient,
 * which are the model and the optimizer state of a {@link TrainingState}.
 *
 * @param loss at that point
 * @param steps s, P elements each, oldest first
 * @param changes y of the gradient, one for each step
 * @param low longest step length of this line search known to be too short; 0 at first
 * @param high shortest one known to be too long; infinite at first
 * @param length step length whose point is evaluated next
 * @param evaluations of this line search
 * @param ended whether no further step is taken
 */
@RecordBuilder
public record LbfgsState(
    double loss,
    List<StateVector> steps,
    List<StateVector> changes,
    double low,
    double high,
    double length,
    int evaluations,
    boolean ended) {
  public LbfgsState {
    steps = List.copyOf(steps);
    changes = List.copyOf(changes);
    if (steps.size() != changes.size()) {
      throw new IllegalArgumentException(steps.size() + " steps, " + changes.size() + " changes");
    }
  }
}
