package dev.strata.driver.sample;

/**
 * The keys under {@code quickstart}.
 *
 * @param rows that are generated
 * @param classes how many of the generator's characters are drawn, at least 2
 */
public record QuickstartSettings(int rows, int classes) {}
