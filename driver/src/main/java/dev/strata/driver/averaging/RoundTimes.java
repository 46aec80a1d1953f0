package dev.strata.driver.averaging;

/**
 * Times of a round by phase, in milliseconds.
 *
 * @param broadcast handing out the averaged state
 * @param job the Spark job as the driver sees it
 * @param setup the slowest worker's making ready
 * @param train the slowest worker's steps
 * @param average averaging on the driver
 */
public record RoundTimes(
    double broadcast, double job, double setup, double train, double average) {}
