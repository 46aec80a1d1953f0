package dev.strata.driver.training;

/**
 * The section {@code training.plateau}: the learning rate is reduced when the validation loss no
 * longer falls.
 *
 * @param patience validations without improvement after which it is reduced, at least 1
 * @param factor of each reduction, in (0, 1)
 * @param minDelta minimum decrease of the loss that counts as an improvement
 * @param floor smallest product of all reductions, in [0, 1)
 */
public record PlateauSettings(int patience, double factor, double minDelta, double floor) {}
