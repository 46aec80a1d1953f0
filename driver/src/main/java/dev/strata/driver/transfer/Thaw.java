package dev.strata.driver.transfer;

/**
 * A point in training from which fewer layers are frozen.
 *
 * @param epoch epochs finished before, counted over the whole training
 * @param layers how many of the topmost frozen layers are trained from here on
 */
public record Thaw(int epoch, int layers) {}
