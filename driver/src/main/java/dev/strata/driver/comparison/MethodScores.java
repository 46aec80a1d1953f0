package dev.strata.driver.comparison;

/**
 * What a method came to, at the setting that was best for it.
 *
 * @param setting in words
 * @param scores on the folds
 * @param seconds of all its trainings together, pretraining included
 */
public record MethodScores(Method method, String setting, FoldedScores scores, double seconds) {}
