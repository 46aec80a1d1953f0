package dev.strata.driver.finetune;

/**
 * A point in training from which fewer layers are frozen.
 *
 * @param epoch epochs finished before, counted over the whole training
 * @param layers how many of the topmost frozen layers are trained from here on
 */
public record Unfreeze(int epoch, int layers) {}
