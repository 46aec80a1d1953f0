/** Progress of a job, shown as a bar or as lines. */
package dev.strata.driver.progress;
