/**
 * A training step of a network beside what DL4J's {@code fit} does: rows and labels, and what is
 * done to weights and gradients around the update.
 */
package dev.strata.executor.step;
