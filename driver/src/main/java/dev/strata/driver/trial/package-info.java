/** Trials: small trainings side by side, one Spark task each. */
package dev.strata.driver.trial;
