package dev.strata.driver.wordvectors;

/**
 * The section {@code task.co-occurrence} of the configuration.
 *
 * @param window words to each side that count as near, at least 1
 * @param power of a near word's frequency, above 0 and at most 1: below 1 rare words count less
 * @param frequency a word of this share of the texts' words has half the weight of a rare one;
 *     above 0
 */
public record CoOccurrenceSettings(int window, double power, double frequency) {}
