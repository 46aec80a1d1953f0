package dev.strata.driver.training;

import java.time.Duration;

/**
 * The section {@code checkpoint} of the configuration.
 *
 * @param everyRounds rounds between checkpoints; 0: not by rounds
 * @param every time between checkpoints; zero: not by time
 * @param keep newest checkpoints that are kept, at least 1
 */
public record CheckpointSettings(int everyRounds, Duration every, int keep) {}
