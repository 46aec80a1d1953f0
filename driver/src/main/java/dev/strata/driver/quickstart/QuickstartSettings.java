package dev.strata.driver.quickstart;

/**
 * The keys under {@code quickstart}.
 *
 * @param rows that are generated to learn from
 * @param classes how many of the generator's characters are drawn, at least 2
 * @param labelsPerClass rows of each class that keep their label, at least 1; the others have none
 */
public record QuickstartSettings(int rows, int classes, int labelsPerClass) {}
