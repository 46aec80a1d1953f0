package dev.strata.driver.auxiliary;

import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.training.TrainingOutcome;
import java.util.Map;

/**
 * A task that has been learned.
 *
 * @param model stock, the task's head left out
 * @param training how it went
 * @param counts what was found out about the training rows, by name
 * @param metrics part ({@code validation}, {@code test}) → metric → value; parts without rows are
 *     absent
 */
public record AuxiliaryOutcome(
    TrainedModel model,
    TrainingOutcome training,
    Map<String, Double> counts,
    Map<String, Map<String, Double>> metrics) {}
