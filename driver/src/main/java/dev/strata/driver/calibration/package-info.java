/** Calibration: probabilities of a trained network that agree with what comes true. */
package dev.strata.driver.calibration;
