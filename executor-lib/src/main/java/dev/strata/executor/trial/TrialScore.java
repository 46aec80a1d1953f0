package dev.strata.executor.trial;

import java.io.Serializable;

/**
 * Score of a trial's network after some epochs.
 *
 * @param epoch passes over the training rows finished before
 * @param loss mean over the scoring rows, without regularisation and without rows' weights
 * @param error share of the scoring rows whose most probable class is not theirs; for values, the
 *     root of the mean squared error
 */
public record TrialScore(int epoch, double loss, double error) implements Serializable {}
