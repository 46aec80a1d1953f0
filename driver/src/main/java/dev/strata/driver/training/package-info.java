/**
 * One phase of training: starts or resumes it, validates, stops early, detects divergence, and
 * writes history and checkpoints.
 */
package dev.strata.driver.training;
