/**
 * What {@code strata check} reports before a job runs: the columns and first rows of the data, and
 * the shapes and rounds that follow from the settings.
 */
package dev.strata.driver.check;
