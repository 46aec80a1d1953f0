package dev.strata.driver.configuration;

/**
 * The section {@code report}.
 *
 * @param layerStatistics whether statistics of the layers over time are recorded
 * @param tensorboard whether event files for TensorBoard are written
 */
public record ReportSettings(boolean layerStatistics, boolean tensorboard) {}
