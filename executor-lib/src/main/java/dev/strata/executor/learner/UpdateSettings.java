package dev.strata.executor.learner;

import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.io.Serializable;

/**
 * Update settings of a learner: updater, schedule and clipping.
 *
 * @param updater its rule and learning rate
 * @param schedule the learning rate over time
 * @param clipping of the gradient, before the updater
 */
public record UpdateSettings(
    UpdaterSettings updater, ScheduleSettings schedule, ClippingSettings clipping)
    implements Serializable {}
